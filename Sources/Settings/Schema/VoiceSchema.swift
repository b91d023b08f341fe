package import Transfer

/// `type = voice`: another engine than espeak-ng, which stands in for it wherever it is late or fails.
package struct SpeechEngine: Equatable, Sendable {
  /// How a web server is asked.
  package enum Request: String, Equatable, Sendable, CaseIterable {
    /// As OpenAI's `POST /v1/audio/speech`.
    case openai
    /// The text alone.
    case text
  }

  package enum Source: Equatable, Sendable {
    /// A program and what it is told, none of it from outside.
    case command(String, [String])
    case server(url: String, Request, model: String, speaker: String, key: Secret)
  }

  package var name: String
  package var source: Source
  /// Nil: whatever it is given.
  package var language: LanguageTag?
  /// The voice of espeak-ng that stands in; nil: that of the language.
  package var standIn: String?
  /// For one sentence.
  package var timeout: Duration

  package init(name: String, source: Source, language: LanguageTag?, standIn: String?, timeout: Duration) {
    (self.name, self.source, self.language) = (name, source, language)
    (self.standIn, self.timeout) = (standIn, timeout)
  }
}

/// A section while it is read.
struct SpeechEngineDraft {
  var command: [String] = []
  var url = ""
  var request = SpeechEngine.Request.openai
  var model = ""
  var speaker = ""
  var key = SecretDraft("key")
  var language: LanguageTag?
  var standIn: String?
  var timeout = Duration.zero
}

extension Schema {
  static let voice: [SettingKey<SpeechEngineDraft>] = [
    kind(
      .voice,
      "A speech engine of your own. voice = NAME uses it; espeak-ng speaks wherever it is late or fails."
    ),
    .init(
      "command",
      "Program with its arguments: reads the text from its standard input and writes a WAVE file to its standard output. Run without a shell.",
      .explained(example: "/usr/local/bin/piper --model /var/lib/piper/en_US-amy-medium.onnx --output_file -"),
      .command,
      into: \.command
    ),
    .init(
      "url",
      "Or: URL of a web server that answers with a WAVE file.",
      .explained(example: "http://127.0.0.1:8880/v1/audio/speech"),
      .webAddress,
      into: \.url
    ),
    .init(
      "format",
      "What the URL is sent: openai (JSON as for OpenAI's /v1/audio/speech) or text (the text alone).",
      .standsFor("openai"),
      .oneOf,
      into: \.request
    ),
    .init("model", "Model, for format = openai.", .standsFor("tts-1"), .words, into: \.model),
    .init("speaker", "Voice of that model.", .standsFor("alloy"), .words, into: \.speaker),
    .init(
      "key",
      "API key for the URL. Default: none is sent.",
      .explained(example: "sk-change-me"),
      .modelKey,
      into: \.key.written
    ),
    .init(
      "key_file",
      "Or: a file whose first line is the key. Set only one of the two.",
      .explained(example: "/etc/asterisk/warm_transfer.voice"),
      .absolutePath,
      into: \.key.file
    ),
    .init(
      "language",
      "Language it speaks; texts in another one are spoken by espeak-ng. Default: every language.",
      .explained(example: "en")
    ) { text, draft throws(ValueMistake) in
      draft.language = try ValueSyntax<LanguageTag>.language.parse(text)
    },
    .init(
      "fallback",
      "espeak-ng voice that speaks in its place. Default: that of the language.",
      .explained(example: "en-us+f3")
    ) { text, draft throws(ValueMistake) in
      draft.standIn = try ValueSyntax.identifier(also: "_+-").parse(text)
    },
    .init(
      "timeout",
      "Longest wait for one sentence, in seconds.",
      .standsFor("10"),
      .seconds(1...60),
      into: \.timeout
    ),
  ]
}

extension SettingsLoader {
  mutating func engines() throws(ValueMistake) -> [SpeechEngine] {
    var blank = SpeechEngineDraft()
    try Schema.voice.applyDefaults(to: &blank)
    var engines: [SpeechEngine] = []
    for section in sectionsOfKind[.voice] ?? [] {
      var draft = blank
      let taken = reader.read(section, as: Schema.voice, into: &draft)
      draft.key.written = section.entry("key") == nil ? "" : draft.key.written
      let key = secret(draft.key, .modelKey, in: section)
      guard let source = source(draft, key, in: section, taken) else { continue }
      engines.append(
        SpeechEngine(
          name: section.name,
          source: source,
          language: draft.language,
          standIn: draft.standIn,
          timeout: draft.timeout
        )
      )
    }
    return engines
  }

  /// Nil where it is said in neither way, or where that is a mistake.
  private mutating func source(
    _ draft: SpeechEngineDraft,
    _ key: Secret,
    in section: ConfSection,
    _ taken: Set<String>
  ) -> SpeechEngine.Source? {
    switch (section.entry("command"), section.entry("url")) {
    case (nil, nil):
      reader.complain(section.location, "[\(section.name)] has neither 'command' nor 'url'")
      return nil
    case (.some, .some(let url)):
      reader.complain(url.location, "command and url are both set; keep one")
      return nil
    case (.some, nil):
      guard let program = draft.command.first, taken.contains("command") else { return nil }
      for name in ["format", "model", "speaker", "key", "key_file"] {
        if let entry = section.entry(name) { warn(entry.location, "\(name): without url it has no effect") }
      }
      return .command(program, Array(draft.command.dropFirst()))
    case (nil, .some):
      guard taken.contains("url") else { return nil }
      return .server(url: draft.url, draft.request, model: draft.model, speaker: draft.speaker, key: key)
    }
  }

  /// `voice` may name one.
  func usingEngine(_ policy: TransferPolicy, _ engines: [SpeechEngine]) -> TransferPolicy {
    guard let engine = engines.first(where: { $0.name == policy.ownVoice }) else { return policy }
    var policy = policy
    (policy.ownEngine, policy.ownVoice) = (engine.name, engine.standIn)
    return policy
  }

  func usingEngine(_ phrases: Phrasebook, _ engines: [SpeechEngine], otherwise voice: String) -> Phrasebook {
    guard let engine = engines.first(where: { $0.name == phrases.voice }) else { return phrases }
    var phrases = phrases
    (phrases.engine, phrases.voice) = (engine.name, engine.standIn ?? voice)
    return phrases
  }
}

extension ValueSyntax where Value == [String] {
  /// A program and its arguments, parted by blanks; what has blanks in it stands between `"`.
  static var command: Self {
    Self { text throws(ValueMistake) in
      var words: [String] = []
      for (number, part) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
        if number.isMultiple(of: 2) {
          words += part.split(separator: " ").map(String.init)
        } else {
          words.append(String(part))
        }
      }
      guard text.filter({ $0 == "\"" }).count.isMultiple(of: 2) else { throw ValueMistake("has a \" without another") }
      guard let program = words.first, program.hasPrefix("/") else {
        throw ValueMistake("\(quoted(text)) does not begin with the absolute path of a program")
      }
      return words
    }
  }
}
