import Transfer

extension Settings {
  /// Reads a conf file and everything that it includes; throws every mistake at once.
  package static func load(_ path: String, from files: ConfFiles) throws(ConfMistakes) -> Settings {
    let conf = ConfParser.parse(path, from: files)
    let cameToNothing = conf.sections.isEmpty && !conf.mistakes.isEmpty
    if cameToNothing { throw ConfMistakes(conf.mistakes) }
    var loader = SettingsLoader(conf, path: path, files: files)
    return try loader.settings()
  }
}

struct SettingsLoader {
  private static let reserved = ["general", "transfer"]

  private let path: String
  let files: ConfFiles
  let sections: [ConfSection]
  private(set) var sectionsOfKind: [SectionKind: [ConfSection]] = [:]
  private(set) var kindOfName: [String: SectionKind] = [:]
  var reader: SectionReader
  private var warnings: Set<ConfMistake> = []
  private(set) var speechEngines: [SpeechEngine] = []

  init(_ conf: ParsedConf, path: String, files: ConfFiles) {
    self.path = path
    self.files = files
    sections = conf.sections.filter { !$0.isTemplate }
    reader = SectionReader(after: conf.mistakes)
  }

  mutating func settings() throws(ConfMistakes) -> Settings {
    sortByKind()
    warnAboutMissingPrompts()
    do throws(ValueMistake) {
      speechEngines = try engines()
      let general = try self.general()
      let (transfer, languages) = try self.transfer(general.app)
      let settings = Settings(
        general: general,
        transfer: transfer,
        targets: (sectionsOfKind[.target] ?? []).map { target($0, over: transfer, languages, general.app) },
        groups: try groups(),
        rules: rules(by: general.timeZone),
        facts: try facts(),
        summaryModel: try summaryModel(),
        tokens: try tokens(),
        webhooks: try webhooks(),
        triggers: try triggers(),
        languages: languages,
        engines: speechEngines,
        pronunciations: pronunciations(),
        warnings: warnings.sorted()
      )
      if reader.mistakes.isEmpty { return settings }
    } catch {
      reader.complain(ConfLocation(file: path, line: 1), error.message)
    }
    throw ConfMistakes(reader.mistakes)
  }

  /// As many as there may be mistakes.
  mutating func warn(_ location: ConfLocation, _ message: String) {
    if warnings.count < ConfMistakes.most { warnings.insert(ConfMistake(at: location, message)) }
  }

  private mutating func sortByKind() {
    for section in sections where !Self.reserved.contains(section.name) && !reader.isFull {
      guard let type = section.entry("type") else {
        let near = suggestion(for: section.name, among: Self.reserved)
        reader.complain(section.location, "[\(section.name)] has no 'type' (\(Self.kinds))\(near)")
        continue
      }
      guard let kind = SectionKind(rawValue: type.value) else {
        let near = suggestion(for: type.value, among: SectionKind.allCases.map(\.rawValue))
        reader.complain(type.location, "unknown type \(quoted(type.value)) (\(Self.kinds))\(near)")
        continue
      }
      checkName(of: section)
      sectionsOfKind[kind, default: []].append(section)
      kindOfName[section.name] = kind
    }
  }

  private static var kinds: String { SectionKind.allCases.map(\.rawValue).joined(separator: ", ") }

  private mutating func checkName(of section: ConfSection) {
    let isGood = section.name.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || $0 == "-" || $0 == "_" }
    guard isGood, section.name.count <= 64 else {
      let rule = "may hold only a-z, 0-9, '-' and '_', 64 of them at most"
      return reader.complain(section.location, "the section's name \(quoted(section.name)) \(rule)")
    }
  }
}

/// `[general]`
extension SettingsLoader {
  private mutating func general() throws(ValueMistake) -> GeneralSettings {
    var draft = GeneralDraft()
    try Schema.general.applyDefaults(to: &draft)
    guard let section = sections.first(where: { $0.name == "general" }) else {
      reader.complain(ConfLocation(file: path, line: 1), "there is no [general] section")
      return draft.general
    }
    reader.read(section, as: Schema.general, into: &draft)
    if !isMissing("ari_password", in: section) {
      draft.general.ariPassword = secret(draft.password, .ariPassword, in: section)
      warn(aboutPasswordOf: draft.general, in: section)
    }
    draft.general.timeZone = zone(draft.timeZone, in: section, otherwise: machinesZone)
    if draft.general.soundsDirectoryInAsterisk.isEmpty {
      draft.general.soundsDirectoryInAsterisk = draft.general.soundsDirectory
    }
    if draft.general.httpCertificate.isEmpty != draft.general.httpKey.isEmpty {
      let entry = section.entry("http_tls_certificate") ?? section.entry("http_tls_key")
      reader.complain(entry?.location ?? section.location, "set both http_tls_certificate and http_tls_key, or neither")
    }
    return draft.general
  }
}

/// `[transfer]` and the targets.
extension SettingsLoader {
  private mutating func transfer(_ app: String) throws(ValueMistake) -> (TransferPolicy, [Phrasebook]) {
    var policy = try TransferPolicy.standard()
    guard let section = sections.first(where: { $0.name == "transfer" }) else {
      return (policy, try languages(besides: policy.language))
    }
    let taken = reader.read(section, as: Schema.transfer, into: &policy)
    checkKeys(policy.keys, in: section, taken)
    checkWayBack(in: section, app)
    let languages = try languages(besides: policy.language)
    return (speaking(policy, languages, in: section), languages)
  }

  private mutating func target(
    _ section: ConfSection,
    over policy: TransferPolicy,
    _ languages: [Phrasebook],
    _ app: String
  ) -> Target {
    var draft = TargetDraft(spokenName: section.spokenName, policy: policy)
    let taken = reader.read(section, as: Schema.target, into: &draft)
    checkKeys(draft.policy.keys, in: section, taken)
    checkWayBack(in: section, app)
    // A voice of [transfer] was chosen for the language of [transfer].
    if taken.contains("voice") { draft.policy.ownEngine = nil }
    if draft.policy.language != policy.language, !taken.contains("voice") {
      (draft.policy.ownVoice, draft.policy.ownEngine) = (nil, nil)
    }
    let target = Target(
      name: section.name,
      spokenName: draft.spokenName,
      dialString: draft.dialString,
      policy: speaking(draft.policy, languages, in: section)
    )
    warn(about: target, in: section)
    return target
  }

  /// Wherever `app` stands: the whole file has been read.
  private mutating func checkWayBack(in section: ConfSection, _ app: String) {
    guard let entry = section.entry("return_to"), entry.value == app else { return }
    reader.complain(
      entry.location,
      "return_to: \(quoted(app)) is this service's own app: each failed transfer would begin another. "
        + "Name the voice agent's app, or leave it empty for the dialplan"
    )
  }

  /// No two the same, and none the beginning of another, which could then never be typed. Only what this section
  /// sets is held against it: what it inherits is checked where it stands.
  private mutating func checkKeys(_ keys: AnswerKeys, in section: ConfSection, _ taken: Set<String>) {
    let sequences = [
      ("accept_digits", keys.accept.digits), ("decline_digits", keys.decline.digits),
      ("repeat_digits", keys.repeat.digits),
    ]
    guard sequences.allSatisfy({ taken.contains($0.0) || section.entry($0.0) == nil }) else { return }
    for (index, left) in sequences.enumerated() {
      for right in sequences[(index + 1)...] {
        guard let entry = section.entry(right.0) ?? section.entry(left.0) else { continue }
        if let conflict = conflict(left, right) ?? conflict(right, left) { reader.complain(entry.location, conflict) }
      }
    }
  }

  private func conflict(_ short: (name: String, keys: String), _ long: (name: String, keys: String)) -> String? {
    if short.keys == long.keys { return "\(short.name) and \(long.name) are both '\(short.keys)'" }
    guard long.keys.hasPrefix(short.keys) else { return nil }
    return "\(long.name) '\(long.keys)' can never be typed: it begins with \(short.name) '\(short.keys)'"
  }
}

/// Groups, tokens and webhooks.
extension SettingsLoader {
  private mutating func groups() throws(ValueMistake) -> [TargetGroup] {
    var blank = TargetGroup(name: "", spokenName: "", members: [], strategy: .order)
    try Schema.group.applyDefaults(to: &blank)
    return (sectionsOfKind[.group] ?? []).map { section in
      var group = blank
      group.name = section.name
      group.spokenName = section.spokenName
      reader.read(section, as: Schema.group, into: &group)
      for member in group.members { checkMember(member, of: section) }
      return group
    }
  }

  private mutating func checkMember(_ member: String, of section: ConfSection) {
    guard let entry = section.entry("members"), !reader.isFull, kindOfName[member] != .target else { return }
    if kindOfName[member] == .group {
      reader.complain(entry.location, "members: \(quoted(member)) is a group; a group can only contain targets")
    } else {
      let near = suggestion(for: member, among: names(of: .target))
      reader.complain(entry.location, "members: there is no target \(quoted(member))\(near)")
    }
  }

  private mutating func tokens() throws(ValueMistake) -> [APIToken] {
    var blank = APIToken(name: "", sha256: "", scopes: [])
    try Schema.token.applyDefaults(to: &blank)
    return (sectionsOfKind[.token] ?? []).map { section in
      var token = blank
      token.name = section.name
      reader.read(section, as: Schema.token, into: &token)
      return token
    }
  }

  private mutating func facts() throws(ValueMistake) -> [FactLabel] {
    var blank = FactLabel(name: "")
    try Schema.fact.applyDefaults(to: &blank)
    return (sectionsOfKind[.fact] ?? []).map { section in
      var label = blank
      label.name = section.name
      reader.read(section, as: Schema.fact, into: &label)
      return label
    }
  }

  private mutating func summaryModel() throws(ValueMistake) -> SummaryModel? {
    guard let section = sectionsOfKind[.model]?.first else { return nil }
    for other in sectionsOfKind[.model]?.dropFirst() ?? [] {
      reader.complain(other.location, "[\(other.name)]: there is a type = model already, [\(section.name)]; keep one")
    }
    var draft = SummaryModelDraft()
    try Schema.model.applyDefaults(to: &draft)
    reader.read(section, as: Schema.model, into: &draft)
    draft.model.key = secret(draft.key, .modelKey, in: section)
    return draft.model
  }

  private mutating func webhooks() throws(ValueMistake) -> [Webhook] {
    var blank = WebhookDraft(webhook: Webhook(name: ""))
    try Schema.webhook.applyDefaults(to: &blank)
    let sections = sectionsOfKind[.webhook] ?? []
    if let surplus = sections.dropFirst(Webhook.most).first {
      reader.complain(surplus.location, "more than \(Webhook.most) webhooks")
    }
    return sections.map { section in
      var draft = blank
      draft.webhook.name = section.name
      reader.read(section, as: Schema.webhook, into: &draft)
      if !isMissing("secret", in: section) {
        draft.webhook.secret = secret(draft.secret, .webhookSecret, in: section)
      }
      return draft.webhook
    }
  }

  func names(of kind: SectionKind) -> [String] { (sectionsOfKind[kind] ?? []).map(\.name) }
}

extension ConfSection {
  /// What callers are told where the conf file has no `name`.
  fileprivate var spokenName: String { String(name.map { $0 == "-" || $0 == "_" ? " " : $0 }) }
}

extension TransferPolicy {
  /// What holds where the conf file says nothing: the schema's defaults, each through its own syntax.
  static func standard() throws(ValueMistake) -> TransferPolicy {
    let anyKey = try ValueSyntax.digits.parse("0")
    let nothing = Template.empty
    var policy = TransferPolicy(
      keys: AnswerKeys(accept: anyKey, decline: anyKey, repeat: anyKey),
      announcement: nothing,
      briefing: nothing,
      mergePrompt: nothing
    )
    try Schema.transfer.applyDefaults(to: &policy)
    guard let language = policy.language, let phrases = try [Phrasebook].shipped().phrases(for: language) else {
      throw ValueMistake("the default of language is no language")
    }
    return policy.speaking(phrases, as: language)
  }
}
