internal import Runtime
internal import Synchronization
package import Transfer

/// Speaks with espeak-ng, in this process, on a thread of its own, one text at a time. One is enough for a process:
/// all of them share the library.
package actor SpeechSynthesizer {
  /// In Unicode scalars; what lies beyond is not spoken.
  package static let longestText = 4_000

  /// Opened once a process, see `EspeakEngine`; nil until that has succeeded.
  private static let engine = Mutex<EspeakEngine?>(nil)

  /// espeak-ng keeps its state in globals, so a process has exactly one thread that may call it, however many
  /// synthesizers there are. Speech has seconds; whoever waits for a key has milliseconds.
  private static let thread = ThreadExecutor(ofTheProcess: "speech", niceness: 10)

  private var endings = SpokenEndings()

  package nonisolated var unownedExecutor: UnownedSerialExecutor {
    Self.thread.asUnownedSerialExecutor()
  }

  package init() {}

  package func speak(_ text: String, voice: Voice) async throws(SpeechError) -> Recording {
    try await speak(Wording(text), voice: voice)
  }

  /// The text as it is written: see `SpokenText` for what a person can follow by ear.
  package func speak(_ wording: Wording, voice: Voice) async throws(SpeechError) -> Recording {
    guard !Task.isCancelled else { throw SpeechError(.cancelled, "the speech was cancelled") }
    let plain = wording.mapped { plainText($0, limit: Self.longestText) }
    guard !plain.text.isEmpty else { throw SpeechError(.nothingToSay, "there is no text to speak") }
    let name = try VoiceName(voice.name)
    let samples = try withEngine { engine throws(SpeechError) in
      try engine.select(name)
      engine.set(wordsPerMinute: voice.wordsPerMinute, pitch: voice.pitch)
      let beginning = try engine.synthesize(plain.beginning, plain.name, by: name, voice)
      guard !plain.ending.isEmpty else { return beginning }
      return beginning
        + (try endings.samples(of: .init(text: plain.ending, voice: voice)) { () throws(SpeechError) in
          try engine.synthesizeEnding(plain.ending)
        })
    }
    let recording = Recording(samples: samples, rate: Recording.spokenRate).finished(volume: voice.volume)
    return wording.isContinued ? recording.pausing() : recording
  }

  /// The same as a file. Converting and writing it takes nothing from whoever drives the calls.
  package func speak(
    _ wording: Wording,
    _ voice: Voice,
    into files: SoundFiles,
    as name: SoundName
  ) async throws(SpokenFileError) -> Duration {
    let recording: Recording
    do { recording = try await speak(wording, voice: voice) } catch { throw .speech(error) }
    do { try files.write(recording, named: name) } catch { throw .file(error) }
    return recording.duration
  }

  /// What another engine has made of the text, in the place of what is there.
  package func take(
    _ wave: [UInt8],
    of wording: Wording,
    _ voice: Voice,
    into files: SoundFiles,
    as name: SoundName
  ) async throws(SpokenFileError) -> Duration {
    var recording: Recording
    do { recording = try Recording(of: wording.text, fromWave: wave, volume: voice.volume) } catch {
      throw .speech(error)
    }
    if wording.isContinued { recording = recording.pausing() }
    do { try files.replace(name, with: recording) } catch { throw .file(error) }
    return recording.duration
  }

  /// How this voice says a text that is as it is written, in the signs of the International Phonetic Alphabet.
  package func phonemes(_ text: String, voice: Voice) throws(SpeechError) -> String {
    let name = try VoiceName(voice.name)
    let plain = plainText(text, limit: Self.longestText)
    return try withEngine { engine throws(SpeechError) in
      try engine.select(name)
      return engine.phonemes(plain)
    }
  }

  /// Whether `speak` would find this voice. The first call of a process also reads the list of voices, about 20 ms of
  /// work that the first caller is then spared.
  package func check(_ voice: Voice) async throws(SpeechError) {
    let name = try VoiceName(voice.name)
    try withEngine { engine throws(SpeechError) in try engine.select(name) }
  }

  /// Nobody waits for the lock: there is one thread.
  private func withEngine<R>(_ body: (inout EspeakEngine) throws(SpeechError) -> R) throws(SpeechError) -> R {
    try Self.engine.withLock { opened throws(SpeechError) in
      var engine = if let opened { opened } else { try EspeakEngine() }
      // What it has selected is known also if the rest fails.
      defer { opened = engine }
      return try body(&engine)
    }
  }
}

/// One line of printable text, at most `limit` scalars long, cut at a space where there is one near. espeak-ng takes
/// commands after a control character and phonemes in `[[ ]]`: neither is left standing.
func plainText(_ text: String, limit: Int) -> String {
  var plain = String.UnicodeScalarView()
  var length = 0
  var last: Unicode.Scalar = " "
  for scalar in text.unicodeScalars {
    guard length < limit else { return endingAtAWord(String(plain)) }
    let next = isSpeakable(scalar) ? scalar : " "
    guard next != " " || last != " " else { continue }
    plain.append(next)
    last = next
    length += 1
  }
  return last == " " ? String(String(plain).dropLast()) : String(plain)
}

private func isSpeakable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
  case .spaceSeparator: false
  default: scalar != "[" && scalar != "]"
  }
}

private func endingAtAWord(_ text: String) -> String {
  guard let space = text.lastIndex(of: " ") else { return text }
  return String(text[..<space])
}
