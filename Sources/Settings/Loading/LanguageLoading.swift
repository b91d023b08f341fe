import Transfer

/// Languages: those that are shipped, and what the conf file says of them and of others.
extension SettingsLoader {
  /// What a new language does not say is said in the language of `[transfer]`.
  mutating func languages(besides usual: LanguageTag?) throws(ValueMistake) -> [Phrasebook] {
    var all = try [Phrasebook].shipped()
    let fallback = usual.flatMap { all.phrases(for: $0) } ?? all[0]
    for section in sectionsOfKind[.language] ?? [] {
      guard let tag = LanguageTag(section.name) else {
        reader.complain(section.location, "[\(section.name)] is not the name of a language such as it or pt-br")
        continue
      }
      let wider = all.phrases(for: tag)
      var phrases = wider ?? fallback
      phrases.tag = tag
      if wider == nil { phrases.voice = tag.description }
      let taken = reader.read(section, as: Schema.language, into: &phrases)
      if wider == nil { warn(about: section, taken, fallback) }
      if taken.contains("voice") { phrases.engine = nil }
      all.removeAll { $0.tag == tag }
      all.append(usingEngine(phrases, speechEngines, otherwise: wider?.voice ?? tag.description))
    }
    return all
  }

  private mutating func warn(about section: ConfSection, _ taken: Set<String>, _ fallback: Phrasebook) {
    let missing = Schema.language.map(\.name).filter { !taken.contains($0) && $0 != "type" && $0 != "voice" }
    guard !missing.isEmpty else { return }
    let message = "[\(section.name)] has no \(missing.joined(separator: ", ")): said in '\(fallback.tag)'"
    warn(section.location, message)
  }

  /// The policy in its own language.
  mutating func speaking(
    _ policy: TransferPolicy,
    _ languages: [Phrasebook],
    in section: ConfSection
  ) -> TransferPolicy {
    let policy = usingEngine(policy, speechEngines)
    if let language = policy.language, let phrases = languages.phrases(for: language) {
      return policy.speaking(phrases, as: language)
    }
    if let entry = section.entry("language"), let language = policy.language {
      let known = languages.map(\.tag.description).joined(separator: ", ")
      reader.complain(entry.location, "language: there is no language '\(language)' (known: \(known))")
    }
    return policy
  }
}

extension [Phrasebook] {
  /// Those that come with the service.
  static func shipped() throws(ValueMistake) -> [Phrasebook] {
    var all: [Phrasebook] = []
    for language in ShippedLanguage.all { all.append(try Phrasebook(language)) }
    return all
  }

  /// The language itself, or the nearest that is wider.
  func phrases(for language: LanguageTag) -> Phrasebook? {
    for tag in language.broadening {
      if let phrases = first(where: { $0.tag == tag }) { return phrases }
    }
    return nil
  }
}

extension Phrasebook {
  fileprivate init(_ shipped: ShippedLanguage) throws(ValueMistake) {
    guard let tag = LanguageTag(shipped.tag) else { throw ValueMistake("'\(shipped.tag)' is no language") }
    var sentences: [Sentence: Template] = [:]
    for (sentence, text) in shipped.sentences {
      sentences[sentence] = try ValueSyntax.template(of: sentence).parse(text)
    }
    self.init(tag: tag, voice: shipped.voice, sentences: sentences, words: shipped.words)
  }
}
