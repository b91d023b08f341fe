import Transfer

/// The keys of rules and of what they name.
extension Schema {
  static let rule: [SettingKey<RuleDraft>] =
    [kind(.rule, "Chooses who is rung for a call that names no target. The first rule whose conditions all hold wins.")]
    + conditions + decisions

  private static let conditions: [SettingKey<RuleDraft>] = [
    condition("topic", "Only calls on one of these topics.", example: "billing, invoices") {
      text throws(ValueMistake) in
      .topic(oneOf: try ValueSyntax.list(of: .words).parse(text))
    },
    condition(
      "time",
      "Only at these times, as in GotoIfTime: times,weekdays,days,months. Several are joined by the word or.",
      example: "17:00-09:00,mon-fri,*,* or *,sat-sun,*,*"
    ) { text throws(ValueMistake) in
      .time(anyOf: try ValueSyntax.times.parse(text))
    },
    .init(
      "timezone",
      "Time zone. Default: that of [general].",
      .explained(example: "America/New_York"),
      .timeZone,
      into: \.timeZone
    ),
    .init(
      "holidays",
      "Only on the days of this section of type = holidays; with a ! before its name: only on others.",
      .explained(example: "!feasts"),
      .words,
      into: \.holidays
    ),
    condition("caller", "Only callers whose number begins with one of these.", example: "+49, 0049") {
      text throws(ValueMistake) in
      .caller(oneOf: try ValueSyntax.list(of: .beginningOfNumber).parse(text))
    },
    condition("language", "Only callers who speak one of these.", example: "de, fr") { text throws(ValueMistake) in
      .language(oneOf: try ValueSyntax.list(of: .language).parse(text))
    },
    condition(
      "tries",
      "Only when so many transfers of this caller have come to nothing before (WT_TRIES): <, <=, >, >= or =, and a number.",
      example: ">= 2"
    ) { text throws(ValueMistake) in
      .tries(try ValueSyntax.comparison.parse(text))
    },
    .init(
      family: "fact",
      member: "NAME",
      "Only when this fact of the call is one of these values, or compares so (> 1000), or is there at all (*), or is not (!).",
      example: "gold, platinum"
    ) { name, text, rule throws(ValueMistake) in
      rule.conditions.append(.fact(name, try ValueSyntax.factTest.parse(text)))
    },
  ]

  private static let decisions: [SettingKey<RuleDraft>] = [
    .init(
      "target",
      "Where they go: the name of a target or a group.",
      .explained(example: "alice"),
      .words,
      into: \.target
    ),
    .init(
      "refuse",
      "Or nobody is rung: the caller hears this and goes back with NOTARGET.",
      .explained(example: "We are closed today."),
      .words,
      into: \.refusal
    ),
    .init(
      "dispatch_url",
      "Who is asked about the call first; without a good answer it goes to target, or is refused.",
      .explained(example: "https://crm.example.org/dispatch"),
      .webAddress,
      into: \.dispatchURL
    ),
    .init(
      "dispatch_timeout",
      "How many milliseconds the answer may take.",
      .standsFor("800"),
      .number(50...10_000),
      into: \.dispatchTimeout
    ),
    .init(
      "dispatch_secret",
      "What the question is signed with: whsec_ and Base64, as Standard Webhooks has it. Without it: it is not signed.",
      .explained(example: ValueSyntax<String>.sampleWebhookSecret),
      .webhookSecret,
      into: \.dispatchSecret.written
    ),
    .init(
      "dispatch_secret_file",
      "Or a file whose first line is the secret; not both.",
      .explained(example: "/etc/asterisk/warm_transfer.dispatch"),
      .absolutePath,
      into: \.dispatchSecret.file
    ),
    .init(
      "dispatch_name",
      "What the caller is told meanwhile that they will be connected with.",
      .standsFor("a colleague"),
      .words,
      into: \.dispatchName
    ),
    .init(
      "dispatch_dial",
      "What a dial string in the answer must look like; its * is a telephone number. Without it: only targets and groups.",
      .explained(example: "PJSIP/*@trunk"),
      .dialPattern,
      into: \.dispatchDial
    ),
  ]

  static let holidays: [SettingKey<HolidayCalendar>] = [
    kind(.holidays, "Days that rules can name."),
    .init(
      "date",
      "Days and ranges of days, of every year or of one.",
      .isMistake(example: "01-01, 12-24 - 12-26, 2026-04-03"),
      .holidays,
      into: \.days
    ),
  ]

  private static func condition(
    _ name: String,
    _ documentation: String,
    example: String,
    _ parse: @escaping @Sendable (String) throws(ValueMistake) -> DispatchRule.Condition
  ) -> SettingKey<RuleDraft> {
    SettingKey(name, documentation, .explained(example: example)) { text, rule throws(ValueMistake) in
      rule.conditions.append(try parse(text))
    }
  }
}

/// A rule while it is read. Empty: not written.
struct RuleDraft {
  var conditions: [DispatchRule.Condition] = []
  var timeZone = ""
  var holidays = ""
  var target = ""
  var refusal = ""
  var dispatchURL = ""
  var dispatchTimeout = 0
  var dispatchSecret = SecretDraft("dispatch_secret")
  var dispatchName = ""
  var dispatchDial: DialPattern?
}

extension ValueSyntax where Value == [TimeSpec] {
  /// One or several, joined by `or`.
  static var times: Self {
    Self { text throws(ValueMistake) in
      var specs: [TimeSpec] = []
      for part in text.split(separator: " or ", omittingEmptySubsequences: false) {
        do throws(TimeSpec.ParseError) {
          specs.append(try TimeSpec(parsing: part.trimmingBlanks))
        } catch {
          throw ValueMistake(error.description)
        }
      }
      return specs
    }
  }
}

extension ValueSyntax where Value == [HolidayCalendar.Days] {
  static var holidays: Self {
    Self { text throws(ValueMistake) in
      var days: [HolidayCalendar.Days] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        do throws(HolidayCalendar.ParseError) {
          days.append(try HolidayCalendar.Days(parsing: part.trimmingBlanks))
        } catch {
          throw ValueMistake(error.description)
        }
      }
      return days
    }
  }
}

extension ValueSyntax where Value == NumberComparison {
  static var comparison: Self {
    Self { text throws(ValueMistake) in
      guard let comparison = NumberComparison(parsing: text) else {
        throw ValueMistake("\(quoted(text)) is not <, <=, >, >= or = and a number")
      }
      return comparison
    }
  }
}

extension ValueSyntax where Value == DispatchRule.FactTest {
  static var factTest: Self {
    Self { text throws(ValueMistake) in
      switch text.first {
      case "*" where text == "*": .isGiven
      case "!" where text == "!": .isMissing
      case "<", ">", "=": .compares(try ValueSyntax<NumberComparison>.comparison.parse(text))
      default: .isOneOf(try ValueSyntax<[String]>.list(of: .words).parse(text))
      }
    }
  }
}

extension ValueSyntax where Value == DialPattern? {
  static var dialPattern: Self {
    Self { text throws(ValueMistake) in
      guard let pattern = DialPattern(try ValueSyntax<String>.dialString.parse(text)) else {
        throw ValueMistake("\(quoted(text)) is no dial string with one * in it, such as PJSIP/*@trunk")
      }
      return pattern
    }
  }
}

extension ValueSyntax where Value == LanguageTag {
  static var language: Self {
    Self { text throws(ValueMistake) in
      guard let tag = LanguageTag(text) else {
        throw ValueMistake("\(quoted(text)) is no language such as de or pt-BR")
      }
      return tag
    }
  }
}

extension ValueSyntax where Value == String {
  static var beginningOfNumber: Self {
    Self { text throws(ValueMistake) in
      let digits = text.first == "+" ? text.dropFirst() : text[...]
      guard digits.allSatisfy(\.isASCIIDigit), (1...32).contains(text.count) else {
        throw ValueMistake("\(quoted(text)) is not the beginning of a telephone number, such as +49")
      }
      return text
    }
  }

  static var timeZone: Self {
    Self { text throws(ValueMistake) in
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      let areGood = parts.allSatisfy { part in
        !part.isEmpty && part.allSatisfy { $0.isASCIILetterOrDigit || "_+-".contains($0) }
      }
      guard areGood, text.count <= 64 else {
        throw ValueMistake("\(quoted(text)) is no time zone such as Europe/Berlin")
      }
      return text
    }
  }

  static var timeZoneOrNothing: Self {
    Self { text throws(ValueMistake) in text.isEmpty ? "" : try Self.timeZone.parse(text) }
  }

  /// `http` or `https`, a host, and what comes after it; no name and password.
  static var webAddress: Self {
    Self { text throws(ValueMistake) in
      let isPlain = text.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 && $0.value != 0x7F }
      let authority = ["https://", "http://"].first { text.hasPrefix($0) }
        .map { text.dropFirst($0.count).prefix { !"/?#".contains($0) } }
      guard isPlain, text.count <= 2_000, let authority, !authority.isEmpty, !authority.contains("@") else {
        throw ValueMistake("\(quoted(text)) is no address such as https://example.org/path")
      }
      return text
    }
  }
}
