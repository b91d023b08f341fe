import Foundation
import Testing
import Transfer

@testable import Speech

@Suite struct SpeechSynthesizerTests {
  let synthesizer = SpeechSynthesizer()

  private func voice(_ name: String = "en", volume: Int = 100, rate: Int = 160) -> Voice {
    var voice = Voice()
    (voice.name, voice.volume, voice.wordsPerMinute) = (name, volume, rate)
    return voice
  }

  @Test(arguments: ["Hello there.", "Sister Six", "<b>hello</b>", "One? Two! Three."])
  func theFirstSoundComesAtOnce(_ text: String) async throws {
    let spoken = try await synthesizer.speak(text, voice: voice())
    for recording in [spoken, try spoken.resampled(to: .narrow), try spoken.resampled(to: .wide)] {
      let first = try #require(recording.samples.firstIndex { $0.magnitude >= 100 })
      #expect(first * 1_000 < 10 * recording.rate)
      let last = try #require(recording.samples.lastIndex { $0.magnitude >= 100 })
      #expect((recording.samples.count - last) * 1_000 < 100 * recording.rate)
    }
  }

  @Test(arguments: ShippedLanguage.all.map { ($0.tag, $0.voice) })
  func everyShippedLanguageHasItsVoice(_ tag: String, _ name: String) async throws {
    try await synthesizer.check(voice(name))
    let language = try #require(ShippedLanguage.all.first { $0.tag == tag })
    let spoken = try await synthesizer.speak(try #require(language.sentences[.mergePrompt]), voice: voice(name))
    #expect(spoken.duration > .milliseconds(500))
  }

  @Test(arguments: [("fr-fr", "fr"), ("fr-fr+f3", "fr+f3")])
  func aLanguageThatIsListedIsAVoice(_ listed: String, _ voiceName: String) async throws {
    let named = try await synthesizer.speak("un deux trois", voice: voice(voiceName))
    let spoken = try await synthesizer.speak("un deux trois", voice: voice(listed))
    let english = try await synthesizer.speak("un deux trois", voice: voice("en"))
    // What another test had spoken in between is heard in the last milliseconds of a word.
    let difference = abs(spoken.samples.count - named.samples.count)
    #expect(difference * 10 < named.samples.count, "\(spoken.duration), \(named.duration)")
    #expect(abs(spoken.samples.count - english.samples.count) > difference + 200, "\(english.duration)")
  }

  @Test func onlyAnEnglishVoiceSpeaksEnglishNumbers() {
    #expect(SpokenText.spoken("account 4821", by: voice("en-us")) == "account four eight two one")
    #expect(SpokenText.spoken("Konto 4821", by: voice("de+f3")) == "Konto vier acht zwei eins")
    #expect(SpokenText.spoken("conto 4821", by: voice("it")) == "conto 4821")
  }

  @Test(arguments: [(100, 1), (50, 0.5), (0, 0), (900, 1), (-1, 0)])
  func volumeSetsTheLoudness(_ volume: Int, _ share: Double) async throws {
    let spoken = try await synthesizer.speak("Hello there.", voice: voice(volume: volume))
    #expect(abs(spoken.loudness - Recording.speechLevel * share) < Recording.speechLevel * 0.1)
  }

  @Test func aHigherRateIsShorter() async throws {
    let text = "This sentence is spoken twice."
    let slow = try await synthesizer.speak(text, voice: voice(rate: 120))
    let fast = try await synthesizer.speak(text, voice: voice(rate: 240))
    #expect(fast.samples.count * 3 < slow.samples.count * 2)
  }

  @Test(arguments: [("enn", "en"), ("en-uss", "en-us"), ("en+f33", "f3")])
  func anUnknownVoiceNamesItsNeighbours(_ name: String, _ neighbour: String) async throws {
    let error = await #expect(throws: SpeechError.self) { try await synthesizer.speak("hello", voice: voice(name)) }
    #expect(error?.kind == .unknownVoice)
    #expect(error?.message.contains(neighbour) == true)
  }

  @Test func aVoiceCanBeCheckedWithoutASound() async throws {
    try await synthesizer.check(voice("de+f3"))
    let error = await #expect(throws: SpeechError.self) { try await synthesizer.check(voice("xx")) }
    #expect(error?.kind == .unknownVoice)
  }

  @Test(arguments: ["", "../../etc/passwd", "en+", "en+../x", "en\u{0}", String(repeating: "a", count: 300)])
  func aVoiceIsNeverAPath(_ name: String) async {
    let error = await #expect(throws: SpeechError.self) { try await synthesizer.speak("hello", voice: voice(name)) }
    #expect(error?.kind == .unknownVoice)
  }

  @Test(arguments: ["", "  \n\t ", "\u{0}\u{1}", "[[]]"])
  func nothingToSay(_ text: String) async {
    let error = await #expect(throws: SpeechError.self) { try await synthesizer.speak(text, voice: voice()) }
    #expect(error?.kind == .nothingToSay)
  }

  @Test func phonemesAreSpokenAsText() async throws {
    // Were it taken for phonemes, this would be the one word "hello".
    let word = try await synthesizer.speak("hello", voice: voice())
    let text = try await synthesizer.speak("[[h@l'oU]]", voice: voice())
    #expect(text.samples.count > word.samples.count * 2)
  }

  @Test func markupIsSpokenAsText() async throws {
    let word = try await synthesizer.speak("hello", voice: voice())
    let text = try await synthesizer.speak("<prosody rate='x-fast'>hello</prosody>", voice: voice())
    #expect(text.samples.count > word.samples.count * 2)
  }

  @Test(arguments: [
    ("a\u{1}50S b", "a 50S b"), ("a\u{0}b\r\nc", "a b c"), (" a  b ", "a b"), ("[[x]]", "x"),
    ("\u{202E}evil", "evil"), ("zwölf €", "zwölf €"), ("aaa bbb ccc", "aaa bbb"),
  ])
  func plainTextIsOneLine(_ text: String, _ expected: String) {
    #expect(plainText(text, limit: 10) == expected)
  }

  @Test func concurrentCallsSoundLikeCallsInARow() async throws {
    let texts = ["The first of two sentences.", "And this is quite another one."]
    var alone: [Recording] = []
    for text in texts { alone.append(try await synthesizer.speak(text, voice: voice())) }
    let other = SpeechSynthesizer()
    async let first = synthesizer.speak(texts[0], voice: voice())
    async let second = other.speak(texts[1], voice: voice())
    for (together, alone) in zip(try await [first, second], alone) {
      // espeak-ng lets the pitch flutter on from call to call, so that no two are equal to the sample.
      #expect(abs(together.samples.count - alone.samples.count) * 100 < alone.samples.count)
      #expect(distance(envelope(together), envelope(alone)) < 0.1)
    }
    #expect(distance(envelope(alone[0]), envelope(alone[1])) > 0.2)
  }

  /// The pause that espeak-ng makes between two sentences goes by the rate.
  @Test(arguments: [
    ("en", 80), ("en", 160), ("en", 260), ("en", 320), ("en", 450), ("de", 160), ("fr", 320), ("pt", 400),
  ])
  func anEndingIsJoinedAsIfItHadBeenSpokenAtOnce(_ name: String, _ rate: Int) async throws {
    let voice = voice(name, rate: rate)
    let wording = Wording("Anna Smith is waiting.", ending: "Para, moment one.")
    let whole = try await synthesizer.speak(wording.text, voice: voice)
    let made = try await synthesizer.speak(wording, voice: voice)
    let kept = try await synthesizer.speak(wording, voice: voice)
    for joined in [made, kept] {
      #expect(abs(joined.samples.count - whole.samples.count) * 1_000 < 15 * whole.rate, "\(joined.duration)")
      #expect(abs(longestPause(joined) - longestPause(whole)) * 1_000 < 12 * whole.rate)
      // Said quickly, espeak-ng's own renderings of one text differ as much as two texts do.
      if rate < 300 { #expect(distance(envelope(joined), envelope(whole)) < 0.12) }
      #expect(abs(joined.loudness - Recording.speechLevel) < Recording.speechLevel * 0.05)
    }
  }

  @Test func anEndingAloneIsAText() async throws {
    let alone = try await synthesizer.speak(Wording("", ending: "Press one."), voice: voice())
    let text = try await synthesizer.speak("Press one.", voice: voice())
    #expect(abs(alone.samples.count - text.samples.count) * 100 < text.samples.count)
  }

  @Test func endingsAreKeptWhileThereIsRoom() throws {
    var endings = SpokenEndings()
    var made: [String] = []
    func samples(_ text: String, seconds: Int) throws(SpeechError) -> Int {
      try endings.samples(of: .init(text: text, voice: voice())) { () throws(SpeechError) in
        made.append(text)
        return [Int16](repeating: 1, count: seconds * Recording.spokenRate)
      }.count
    }
    for text in ["a", "b", "a", "c", "a", "b"] { #expect(try samples(text, seconds: 20) == 20 * Recording.spokenRate) }
    #expect(made == ["a", "b", "c", "b"])
    _ = try samples("too long", seconds: 46)
    #expect(endings.sampleCount == 0)
    // A voice of its own has an ending of its own.
    _ = try endings.samples(of: .init(text: "a", voice: voice("de"))) { () throws(SpeechError) in [1] }
    #expect(try endings.samples(of: .init(text: "a", voice: voice())) { () throws(SpeechError) in [2, 2] }.count == 2)
  }

  @Test func aVoiceLeavesNothingBehind() async throws {
    let before = try await synthesizer.speak("Hello there.", voice: voice())
    _ = try await synthesizer.speak("Hallo.", voice: voice("de+f3", rate: 300))
    let after = try await synthesizer.speak("Hello there.", voice: voice())
    #expect(abs(before.samples.count - after.samples.count) * 100 < before.samples.count)
  }

  @Test func aCancelledTaskStops() async {
    let text = String(repeating: "One more sentence. ", count: 200)
    let task = Task { try await synthesizer.speak(text, voice: voice()) }
    task.cancel()
    let error = await #expect(throws: SpeechError.self) { try await task.value }
    #expect(error?.kind == .cancelled)
  }

  @Test func missingDataIsAnError() async {
    // A process of its own: the library's data path is global, and the other tests need it.
    await #expect(processExitsWith: .success) {
      do throws(SpeechError) {
        setenv("ESPEAK_DATA_PATH", "/proc/self", 1)
        _ = try await SpeechSynthesizer().speak("hello", voice: Voice())
        exit(EXIT_FAILURE)
      } catch {
        guard error.kind == .dataMissing else { exit(EXIT_FAILURE) }
      }
      // Once the data are there they are found.
      unsetenv("ESPEAK_DATA_PATH")
      do throws(SpeechError) {
        exit(try await SpeechSynthesizer().speak("hello", voice: Voice()).samples.isEmpty ? EXIT_FAILURE : EXIT_SUCCESS)
      } catch {
        exit(EXIT_FAILURE)
      }
    }
  }

  /// A second initialization frees the tables of phonemes under the voice that is selected, and looks for data anew: it
  /// would find none here.
  @Test func theLibraryIsOpenedOnce() async {
    await #expect(processExitsWith: .success) {
      do throws(SpeechError) {
        let before = try await SpeechSynthesizer().speak("Hello there.", voice: Voice())
        setenv("ESPEAK_DATA_PATH", "/proc/self", 1)
        let after = try await SpeechSynthesizer().speak("Hello there.", voice: Voice())
        exit(after.samples.count * 2 > before.samples.count ? EXIT_SUCCESS : EXIT_FAILURE)
      } catch {
        exit(EXIT_FAILURE)
      }
    }
  }
}

/// 20 ms at a time, the loudness as a share of the whole.
private func envelope(_ recording: Recording) -> [Double] {
  let step = recording.rate / 50
  let blocks = stride(from: 0, to: recording.samples.count, by: step).map { start in
    recording.samples[start..<min(start + step, recording.samples.count)].reduce(0.0) { $0 + abs(Double($1)) }
  }
  let whole = blocks.reduce(0, +)
  return blocks.map { $0 / whole }
}

/// In samples.
private func longestPause(_ recording: Recording) -> Int {
  var (longest, silent) = (0, 0)
  for sample in recording.samples {
    silent = sample.magnitude < 150 ? silent + 1 : 0
    longest = max(longest, silent)
  }
  return longest
}

private func distance(_ left: [Double], _ right: [Double]) -> Double {
  zip(left, right).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
}
