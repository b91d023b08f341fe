import Transfer

/// The keys of rules and of what they name.
extension Schema {
  static let rule: [SettingKey<RuleDraft>] =
    [kind(.rule, "Chooses whom to ring for calls that name no target. The first rule whose conditions all hold wins.")]
    + conditions + decisions

  private static let conditions: [SettingKey<RuleDraft>] = [
    condition("topic", "Only calls on one of these topics.", example: "billing, invoices") {
      text throws(ValueMistake) in
      .topic(oneOf: try ValueSyntax.list(of: .words).parse(text))
    },
    condition(
      "time",
      "Only at these times, as in GotoIfTime(): times,weekdays,days,months. Join several with the word or.",
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
      "Only on the days of this type = holidays section; with a ! in front: only on other days.",
      .explained(example: "!feasts"),
      .words,
      into: \.holidays
    ),
    condition("caller", "Only callers whose number begins with one of these.", example: "+49, 0049") {
      text throws(ValueMistake) in
      .caller(oneOf: try ValueSyntax.list(of: .beginningOfNumber).parse(text))
    },
    condition("language", "Only callers who speak one of these languages.", example: "de, fr") {
      text throws(ValueMistake) in
      .language(oneOf: try ValueSyntax.list(of: .language).parse(text))
    },
    condition(
      "tries",
      "Only after this many failed transfers of the same call (WT_TRIES): <, <=, >, >= or =, and a number.",
      example: ">= 2"
    ) { text throws(ValueMistake) in
      .tries(try ValueSyntax.comparison.parse(text))
    },
    .init(
      family: "fact",
      member: "NAME",
      "Only if this fact is one of these values, compares like this (> 1000), is known (*) or is not known (!).",
      example: "gold, platinum"
    ) { name, text, rule throws(ValueMistake) in
      rule.conditions.append(.fact(name, try ValueSyntax.factTest.parse(text)))
    },
  ]

  private static let decisions: [SettingKey<RuleDraft>] = [
    .init(
      "target",
      "Target or group to ring.",
      .explained(example: "alice"),
      .words,
      into: \.target
    ),
    .init(
      "refuse",
      "Or: ring nobody, tell the caller this and return with NOTARGET.",
      .explained(example: "We are closed today."),
      .words,
      into: \.refusal
    ),
    rulePriority,
    .init(
      "dispatch_url",
      "Web server to ask first. Without a usable answer, target or refuse applies.",
      .explained(example: "https://crm.example.org/dispatch"),
      .webAddress,
      into: \.dispatchURL
    ),
    .init(
      "dispatch_timeout",
      "Longest wait for its answer, in ms.",
      .standsFor("800"),
      .number(50...10_000),
      into: \.dispatchTimeout
    ),
    .init(
      "dispatch_secret",
      "Secret that signs the request (Standard Webhooks): whsec_ and Base64. Default: the request is not signed.",
      .explained(example: ValueSyntax<String>.sampleWebhookSecret),
      .webhookSecret,
      into: \.dispatchSecret.written
    ),
    .init(
      "dispatch_secret_file",
      "Or: a file whose first line is the secret. Set only one of the two.",
      .explained(example: "/etc/asterisk/warm_transfer.dispatch"),
      .absolutePath,
      into: \.dispatchSecret.file
    ),
    .init(
      "dispatch_name",
      "What {target} says in the announcement while the server is asked.",
      .standsFor("a colleague"),
      .words,
      into: \.dispatchName
    ),
    .init(
      "dispatch_dial",
      "Pattern for dial strings in the answer; its * matches a phone number. Default: only targets and groups are accepted.",
      .explained(example: "PJSIP/*@trunk"),
      .dialPattern,
      into: \.dispatchDial
    ),
  ]

  static let holidays: [SettingKey<HolidayCalendar>] = [
    kind(.holidays, "A list of days for rules."),
    .init(
      "date",
      "Days and ranges of days: MM-DD for every year, YYYY-MM-DD for one year.",
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
  var priority: Int?
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
        throw ValueMistake("\(quoted(text)) is not a dial string with one * in it, such as PJSIP/*@trunk")
      }
      return pattern
    }
  }
}

extension ValueSyntax where Value == LanguageTag {
  static var language: Self {
    Self { text throws(ValueMistake) in
      guard let tag = LanguageTag(text) else {
        throw ValueMistake("\(quoted(text)) is not a language such as de or pt-BR")
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
        throw ValueMistake("\(quoted(text)) is not a time zone such as Europe/Berlin")
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
        throw ValueMistake("\(quoted(text)) is not a web address such as https://example.org/path")
      }
      return text
    }
  }
}
