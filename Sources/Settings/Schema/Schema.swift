import Transfer

/// What each kind of section may hold. A new key is one entry here, and one in the shipped sample, which a test
/// compares with this.
enum Schema {
  static let general: [SettingKey<GeneralDraft>] = [
    .init(
      "ari_url",
      "Asterisk's HTTP server.",
      .standsFor("http://127.0.0.1:8088"),
      .serverURL,
      into: \.general.ariURL
    ),
    .init(
      "ari_username",
      "The user in Asterisk's ari.conf.",
      .standsFor("warm-transfer"),
      .words,
      into: \.general.ariUsername
    ),
    .init(
      "ari_password",
      "Its password there.",
      .explained(example: ""),
      .ariPassword,
      into: \.password.written
    ),
    .init(
      "ari_password_file",
      "Or a file whose first line is the password; not both.",
      .explained(example: "/etc/asterisk/warm_transfer.password"),
      .absolutePath,
      into: \.password.file
    ),
    .init(
      "ari_ca_file",
      "For https: a PEM file with the authority to believe. Empty: the system's authorities.",
      .standsFor(""),
      .absolutePathOrNothing,
      into: \.general.ariCAFile
    ),
    .init(
      "app",
      "The name of the app in the dialplan's Stasis(). Each running service needs its own.",
      .standsFor("warm-transfer"),
      .identifier(also: "_.-"),
      into: \.general.app
    ),
    .init(
      "http_bind",
      "Where the API and the screens are served: ADDRESS:PORT. Port 0: any that is free, which the log tells.",
      .standsFor("127.0.0.1:8090"),
      .socketAddress,
      into: \.general.httpBind
    ),
    .init(
      "http_tls_certificate",
      "To serve it over https: a PEM file with the certificate and what it is signed by. Empty: http.",
      .standsFor(""),
      .absolutePathOrNothing,
      into: \.general.httpCertificate
    ),
    .init(
      "http_tls_key",
      "And the PEM file with its key.",
      .standsFor(""),
      .absolutePathOrNothing,
      into: \.general.httpKey
    ),
    .init(
      "http_origins",
      "Web pages of these origins may use the API, such as https://desk.example.org. Empty: none.",
      .standsFor(""),
      .origins,
      into: \.general.httpOrigins
    ),
    .init(
      "http_rate",
      "How many requests a second each token may make, on average.",
      .standsFor("50"),
      .number(1...10_000),
      into: \.general.httpRate
    ),
    .init(
      "agi_bind",
      "Where dialplans may ask by FastAGI: ADDRESS:PORT, such as 127.0.0.1:4573. No authentication: anyone who can connect may ask. Empty: nowhere.",
      .standsFor(""),
      .socketAddressOrNothing,
      into: \.general.agiBind
    ),
    .init(
      "data_dir",
      "Where the database is kept. Each running service needs its own.",
      .standsFor("/var/lib/warm-transfer"),
      .absolutePath,
      into: \.general.dataDirectory
    ),
    .init(
      "sounds_dir",
      "Where briefings are written; Asterisk's user must be able to read it.",
      .standsFor("/var/lib/warm-transfer/sounds"),
      .absolutePath,
      into: \.general.soundsDirectory
    ),
    .init(
      "sounds_dir_in_asterisk",
      "The same folder as Asterisk sees it, in a container or a chroot. Empty: as in sounds_dir.",
      .standsFor(""),
      .absolutePathOrNothing,
      into: \.general.soundsDirectoryInAsterisk
    ),
    .init(
      "keep_days",
      "How many days a finished transfer stays in the journal. 0: for ever.",
      .standsFor("90"),
      .number(0...36_500),
      into: \.general.keepDays
    ),
    .init(
      "keep_words_days",
      "How many days what it was about stays there: summary, facts, transcript, what was spoken. 0: as long as the transfer.",
      .standsFor("30"),
      .number(0...36_500),
      into: \.general.keepWordsDays
    ),
    .init(
      "timezone",
      "Time zone of the times in rules, such as Europe/Berlin. Empty: this machine's.",
      .standsFor(""),
      .timeZoneOrNothing,
      into: \.timeZone
    ),
    .init("log_level", "debug, info, warning or error.", .standsFor("info"), .oneOf, into: \.general.logLevel),
  ]

  static let target: [SettingKey<TargetDraft>] =
    [
      kind(.target, "A person or phone that can be rung. The section's name is what WT_TARGET says."),
      .init(
        "dial",
        "What Asterisk dials.",
        .isMistake(example: "PJSIP/+15559876543@trunk"),
        .dialString,
        into: \.dialString
      ),
      .init(
        "name",
        "What the caller is told. Without it: the section's name.",
        .explained(example: "the billing team"),
        .words,
        into: \.spokenName
      ),
    ] + transfer.map { $0.within(\.policy) }

  static let group: [SettingKey<TargetGroup>] = [
    kind(.group, "Targets that stand in for each other."),
    .init(
      "name",
      "What the caller is told. Without it: the section's name.",
      .explained(example: "the support team"),
      .words,
      into: \.spokenName
    ),
    .init("members", "Names of targets.", .isMistake(example: "alice, bob"), .list(of: .words), into: \.members),
    .init(
      "strategy",
      "One after the other: order, all at once: all, or who has waited longest first: least-recent.",
      .standsFor("order"),
      .oneOf,
      into: \.strategy
    ),
  ]

  static let token: [SettingKey<APIToken>] = [
    kind(.token, "Somebody who may use the HTTP API. `warm-transfer token NAME` makes such a section."),
    .init(
      "hash",
      "The SHA-256 of the token.",
      .isMistake(example: "sha256:" + String(repeating: "0", count: 64)),
      .sha256,
      into: \.sha256
    ),
    .init(
      "scopes",
      "What it may do: transfer, read, admin.",
      .standsFor("read"),
      .scopes,
      into: \.scopes
    ),
  ]

  static func kind<Record>(_ kind: SectionKind, _ documentation: String) -> SettingKey<Record> {
    SettingKey("type", documentation, .isMistake(example: kind.rawValue)) { _, _ throws(ValueMistake) in }
  }
}

/// What `type` says.
enum SectionKind: String, CaseIterable, Sendable {
  case target, group, rule, holidays, fact, model, language, token, webhook
}

/// `[general]` while it is read.
struct GeneralDraft {
  var general = GeneralSettings()
  var password = SecretDraft("ari_password")
  /// Empty: the machine's.
  var timeZone = ""
}

/// A target while it is read.
struct TargetDraft {
  var spokenName: String
  var dialString = ""
  var policy: TransferPolicy
}

extension ValueSyntax where Value == String {
  /// `sha256:` and 64 hexadecimal digits; the digits in lower case.
  static var sha256: Self {
    Self { text throws(ValueMistake) in
      let mark = "sha256:"
      let digits = text.dropFirst(mark.count)
      guard text.hasPrefix(mark), digits.count == 64, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
        throw ValueMistake("\(quoted(text)) is not sha256: and 64 hexadecimal digits (`warm-transfer token NAME`)")
      }
      return digits.lowercased()
    }
  }
}

extension ValueSyntax where Value == Set<APIToken.Scope> {
  static var scopes: Self {
    Self { text throws(ValueMistake) in
      Set(try ValueSyntax<[APIToken.Scope]>.list(of: .oneOf).parse(text))
    }
  }
}
