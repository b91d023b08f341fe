internal import CEspeakNG

/// espeak-ng itself. All of it is global in the library: call it from `SpeechSynthesizer` alone, and open it once.
///
/// A second `espeak_ng_Initialize` frees the tables of phonemes that the first has read, and goes on to use them: as long
/// as no other thread gets that memory, nobody notices (1.51 and 1.52; with the memory overwritten 1.52 ends in SIGSEGV).
/// One that fails leaves the library with a path to no data, where each text becomes 20 ms of noise and a success.
struct EspeakEngine {
  /// Selecting a voice reads its file again, which takes as long as a third of a second of speech.
  private var selected: VoiceName?

  init() throws(SpeechError) {
    espeak_ng_InitializePath(nil)
    // Unlike espeak_Initialize this one reports missing data, and never ends the process.
    let status = espeak_ng_Initialize(nil)
    guard status == ENS_OK else {
      throw SpeechError(.dataMissing, "espeak-ng finds no usable voice data", status: Int(status.rawValue))
    }
    let output = espeak_ng_InitializeOutput(ENOUTPUT_MODE_SYNCHRONOUS, 0, nil)
    guard output == ENS_OK else {
      throw SpeechError(.synthesisFailed, "espeak-ng cannot set up its output", status: Int(output.rawValue))
    }
    let rate = Int(espeak_ng_GetSampleRate())
    guard rate == Recording.spokenRate else {
      throw SpeechError(.dataMissing, "espeak-ng speaks \(rate) samples a second, not \(Recording.spokenRate)")
    }
    espeak_SetSynthCallback(collect)
  }

  mutating func select(_ voice: VoiceName) throws(SpeechError) {
    if voice == selected { return }
    selected = nil
    try load(voice)
    selected = voice
  }

  private func load(_ voice: VoiceName) throws(SpeechError) {
    if let variant = voice.variant, !Self.variants().contains(variant) {
      throw SpeechError(
        .unknownVoice,
        "voice '\(voice)' has no variant '\(variant)'" + suggestion(near: variant, among: Self.variants())
      )
    }
    let status = espeak_ng_SetVoiceByName(voice.description)
    if status == ENS_OK { return }
    guard let file = Self.file(of: voice), espeak_ng_SetVoiceByName(file) == ENS_OK else {
      let near = suggestion(near: voice.base, among: Self.voices())
      throw SpeechError(.unknownVoice, "no voice '\(voice)'" + near, status: Int(status.rawValue))
    }
  }

  /// Every parameter is set each time: selecting a voice may leave the last one's behind.
  func set(wordsPerMinute: Int, pitch: Int) {
    espeak_SetParameter(espeakRATE, Int32(min(max(wordsPerMinute, 80), 450)), 0)
    espeak_SetParameter(espeakPITCH, Int32(min(max(pitch, 0), 99)), 0)
    espeak_SetParameter(espeakVOLUME, 100, 0)
  }

  /// Stops between two blocks of sound, about 60 ms of it, when the task is cancelled.
  func synthesize(_ text: String) throws(SpeechError) -> [Int16] {
    var capture = Capture(limit: Recording.spokenRate * Capture.longestSeconds)
    let status = withUnsafeMutablePointer(to: &capture) { capture in
      text.withCString { bytes in
        espeak_ng_Synthesize(
          bytes,
          text.utf8.count + 1,
          0,
          POS_CHARACTER,
          0,
          // Neither espeakSSML nor espeakPHONEMES: text is only ever text.
          UInt32(espeakCHARS_UTF8),
          nil,
          capture
        )
      }
    }
    switch capture.ending {
    case .cancelled: throw SpeechError(.cancelled, "the speech was cancelled")
    case .full: throw SpeechError(.tooLong, "the speech is longer than \(Capture.longestSeconds) seconds")
    case .complete: break
    }
    guard status == ENS_OK else {
      throw SpeechError(.synthesisFailed, "espeak-ng could not speak the text", status: Int(status.rawValue))
    }
    return capture.samples
  }

  /// How it says a text, in the signs of the International Phonetic Alphabet.
  func phonemes(_ text: String) -> String {
    var spoken: [String] = []
    text.withCString { bytes in
      var rest: UnsafeRawPointer? = UnsafeRawPointer(bytes)
      // One clause a time; the library moves on by itself.
      while rest != nil {
        guard let clause = espeak_TextToPhonemes(&rest, Int32(espeakCHARS_UTF8), 0x02) else { break }
        spoken.append(String(cString: clause))
      }
    }
    return spoken.flatMap { $0.split(separator: " ") }.joined(separator: " ")
  }

  /// With the pause in front that espeak-ng puts between two sentences. That is no part of either when they are spoken by
  /// themselves; it goes by the rate alone, so any sentence shows it.
  func synthesizeEnding(_ text: String) throws(SpeechError) -> [Int16] {
    let sentence = "Mama."
    let alone = try synthesize(sentence)
    let twice = try synthesize(sentence + " " + sentence)
    return Array(repeating: 0, count: max(0, twice.count - 2 * alone.count)) + (try synthesize(text))
  }

  /// `espeak-ng --voices` also lists languages by whose name the library itself finds no voice, such as `fr-fr`.
  private static func file(of voice: VoiceName) -> String? {
    let found = listed(espeak_ListVoices(nil)) { listed in
      guard let language = listed.languages, String(cString: language + 1) == voice.base else { return nil }
      return listed.identifier.flatMap { String(cString: $0).split(separator: "/").last.map(String.init) }
    }
    return found.first.map { file in voice.variant.map { file + "+" + $0 } ?? file }
  }

  private static func voices() -> [String] {
    // A voice's `languages` starts with a byte of priority, followed by the first language's name.
    listed(espeak_ListVoices(nil)) { voice in
      voice.languages.map { String(cString: $0 + 1) }
    }
  }

  private static func variants() -> [String] {
    "variant".withCString { language in
      var specification = espeak_VOICE()
      specification.languages = language
      return listed(espeak_ListVoices(&specification)) { voice in
        voice.identifier.flatMap { String(cString: $0).split(separator: "/").last.map(String.init) }
      }
    }
  }

  private static func listed(
    _ list: UnsafeMutablePointer<UnsafePointer<espeak_VOICE>?>?,
    _ name: (espeak_VOICE) -> String?
  ) -> [String] {
    guard var next = list else { return [] }
    var names: [String] = []
    while let voice = next.pointee {
      if let name = name(voice.pointee) { names.append(name) }
      next += 1
    }
    return names
  }
}

private struct Capture {
  enum Ending { case complete, cancelled, full }

  static let longestSeconds = 600

  var samples: [Int16] = []
  var ending = Ending.complete
  let limit: Int

  init(limit: Int) { self.limit = limit }

  mutating func take(_ block: UnsafeBufferPointer<Int16>) -> Bool {
    if Task.isCancelled { ending = .cancelled }
    if samples.count + block.count > limit { ending = .full }
    guard ending == .complete else { return false }
    samples.append(contentsOf: block)
    return true
  }
}

private func collect(
  _ wave: UnsafeMutablePointer<Int16>?,
  _ count: Int32,
  _ events: UnsafeMutablePointer<espeak_EVENT>?
) -> Int32 {
  guard let wave, count > 0 else { return 0 }
  guard let capture = events?.pointee.user_data?.assumingMemoryBound(to: Capture.self) else { return 1 }
  return capture.pointee.take(UnsafeBufferPointer(start: wave, count: Int(count))) ? 0 : 1
}
