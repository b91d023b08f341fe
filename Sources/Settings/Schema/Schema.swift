import Transfer

/// What each kind of section may hold. A new key is one entry here, and one in the shipped sample, which a test
/// compares with this.
enum Schema {
  static let general: [SettingKey<GeneralDraft>] = [
    .init(
      "ari_url",
      "URL of Asterisk's HTTP server.",
      .standsFor("http://127.0.0.1:8088"),
      .serverURL,
      into: \.general.ariURL
    ),
    .init(
      "ari_username",
      "ARI user name, as in Asterisk's ari.conf.",
      .standsFor("warm-transfer"),
      .words,
      into: \.general.ariUsername
    ),
    .init(
      "ari_password",
      "Password of that ARI user.",
      .explained(example: ""),
      .ariPassword,
      into: \.password.written
    ),
    .init(
      "ari_password_file",
      "Or: a file whose first line is the password. Set only one of the two.",
      .explained(example: "/etc/asterisk/warm_transfer.password"),
      .absolutePath,
      into: \.password.file
    ),
    .init(
      "ari_ca_file",
      "PEM file with CA certificates, for an https ari_url. Empty: the system's.",
      .standsFor(""),
      .absolutePathOrNothing,
      into: \.general.ariCAFile
    ),
    .init(
      "app",
      "Name of the Stasis app. Each running service needs its own.",
      .standsFor("warm-transfer"),
      .identifier(also: "_.-"),
      into: \.general.app
    ),
    .init(
      "http_bind",
      "ADDRESS:PORT of the HTTP API. Port 0 picks a free port and logs it.",
      .standsFor("127.0.0.1:8090"),
      .socketAddress,
      into: \.general.httpBind
    ),
    .init(
      "http_tls_certificate",
      "PEM file with the certificate chain, to serve the API over https. Empty: http.",
      .standsFor(""),
      .absolutePathOrNothing,
      into: \.general.httpCertificate
    ),
    .init(
      "http_tls_key",
      "PEM file with the certificate's private key.",
      .standsFor(""),
      .absolutePathOrNothing,
      into: \.general.httpKey
    ),
    .init(
      "http_origins",
      "Origins whose web pages may call the API (CORS), such as https://desk.example.org. Empty: none.",
      .standsFor(""),
      .origins,
      into: \.general.httpOrigins
    ),
    .init(
      "public_url",
      "Where browsers reach the pages, such as https://transfer.example.org: printed links begin with it. Empty: as http_bind says.",
      .standsFor(""),
      .originOrNothing,
      into: \.general.publicURL
    ),
    .init(
      "http_rate",
      "Requests per second that each token may make, on average.",
      .standsFor("50"),
      .number(1...10_000),
      into: \.general.httpRate
    ),
    .init(
      "agi_bind",
      "ADDRESS:PORT of the FastAGI server, such as 127.0.0.1:4573. No authentication: anyone who can connect may query it. Empty: off.",
      .standsFor(""),
      .socketAddressOrNothing,
      into: \.general.agiBind
    ),
    .init(
      "data_dir",
      "Folder of the database. Each running service needs its own.",
      .standsFor("/var/lib/warm-transfer"),
      .absolutePath,
      into: \.general.dataDirectory
    ),
    .init(
      "sounds_dir",
      "Folder for spoken prompts. Asterisk's user must be able to read it.",
      .standsFor("/var/lib/warm-transfer/sounds"),
      .absolutePath,
      into: \.general.soundsDirectory
    ),
    .init(
      "sounds_dir_in_asterisk",
      "The same folder as Asterisk sees it, for containers and chroots. Empty: same as sounds_dir.",
      .standsFor(""),
      .absolutePathOrNothing,
      into: \.general.soundsDirectoryInAsterisk
    ),
    .init(
      "keep_days",
      "Days to keep finished transfers. 0: forever.",
      .standsFor("90"),
      .number(0...36_500),
      into: \.general.keepDays
    ),
    .init(
      "keep_words_days",
      "Days to keep what they were about: summary, facts, transcript, spoken texts. 0: as long as the transfer.",
      .standsFor("30"),
      .number(0...36_500),
      into: \.general.keepWordsDays
    ),
    .init(
      "keep_audit_days",
      "Days to keep the audit record of a transfer. Caller and words go from it when they go from the transfer. 0: forever.",
      .standsFor("730"),
      .number(0...36_500),
      into: \.general.keepAuditDays
    ),
    .init(
      "repeat_call_days",
      "For first-call resolution: a caller who is transferred again within so many days was not helped the first time.",
      .standsFor("7"),
      .number(1...365),
      into: \.general.repeatCallDays
    ),
    .init(
      "manager_events",
      "Whether each change of a transfer's phase is a UserEvent on the manager interface. no saves Asterisk six requests a transfer.",
      .standsFor("yes"),
      .yesOrNo,
      into: \.general.managerEvents
    ),
    .init(
      "timezone",
      "Time zone for the times in rules, such as Europe/Berlin. Empty: the machine's.",
      .standsFor(""),
      .timeZoneOrNothing,
      into: \.timeZone
    ),
    .init(
      "log_level",
      "Least severe messages to log: debug, info, warning or error.",
      .standsFor("info"),
      .oneOf,
      into: \.general.logLevel
    ),
  ]

  static let target: [SettingKey<TargetDraft>] =
    [
      kind(.target, "A person or phone to ring. WT_TARGET names the section."),
      .init(
        "dial",
        "Dial string: technology and resource.",
        .isMistake(example: "PJSIP/+15559876543@trunk"),
        .dialString,
        into: \.dialString
      ),
      .init(
        "name",
        "Name that callers hear. Default: the section's name.",
        .explained(example: "the billing team"),
        .words,
        into: \.spokenName
      ),
    ] + transfer.map { $0.within(\.policy) }

  static let group: [SettingKey<TargetGroup>] = [
    kind(.group, "Several targets that take the same calls."),
    .init(
      "name",
      "Name that callers hear. Default: the section's name.",
      .explained(example: "the support team"),
      .words,
      into: \.spokenName
    ),
    .init(
      "members",
      "Names of targets, separated by commas.",
      .isMistake(example: "alice, bob"),
      .list(of: .words),
      into: \.members
    ),
    .init(
      "strategy",
      "order (one after the other), least-recent (the same, whoever was rung longest ago first) or all (all at once).",
      .standsFor("order"),
      .oneOf,
      into: \.strategy
    ),
  ]

  static let token: [SettingKey<APIToken>] = [
    kind(.token, "A client of the HTTP API. `warm-transfer token NAME` makes such a section."),
    .init(
      "hash",
      "SHA-256 of the token.",
      .isMistake(example: "sha256:" + String(repeating: "0", count: 64)),
      .sha256,
      into: \.sha256
    ),
    .init(
      "scopes",
      "What the client may do: transfer, read, admin.",
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
  case target, group, rule, holidays, fact, model, language, voice, pronunciation, token, webhook, trigger
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
