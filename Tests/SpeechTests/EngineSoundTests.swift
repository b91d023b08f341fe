import Foundation
import Testing
import Transfer

@testable import Speech

/// A WAVE file as some engine may write it.
struct EngineWave {
  enum Sample: CaseIterable { case bits8, bits16, bits24, bits32, fraction }

  var rate = 24_000
  var channels = 1
  var sample = Sample.bits16
  var silenceBefore = 0.0
  /// Of the tone, from 0 to 1.
  var level = 0.3
  var noise = 0.0
  var seconds = 2.0
  var statedLength: UInt32?
  var before: [UInt8] = []

  /// Words of 300 ms with pauses of 100 ms between them.
  private func value(at time: Double) -> Double {
    guard time >= silenceBefore else { return 0 }
    let isWord = (time - silenceBefore).truncatingRemainder(dividingBy: 0.4) < 0.3
    return isWord ? level * sin(2 * .pi * 400 * time) : 0
  }

  var bytes: [UInt8] {
    var random = SystemRandomNumberGenerator()
    let count = Int((seconds + silenceBefore) * Double(rate))
    let sound = (0..<count).flatMap { index -> [UInt8] in
      let noise = Double.random(in: -1...1, using: &random) * noise
      let encoded = encode(value(at: Double(index) / Double(rate)) + noise)
      return (0..<channels).flatMap { _ in encoded }
    }
    let width = encode(0).count
    let kind: UInt16 = sample == .fraction ? 3 : 1
    let format =
      little(kind) + little(UInt16(channels)) + little(UInt32(rate)) + little(UInt32(rate * channels * width))
      + little(UInt16(channels * width)) + little(UInt16(width * 8))
    return Array("RIFF".utf8) + little(UInt32(36 + sound.count)) + Array("WAVEfmt ".utf8) + little(UInt32(16)) + format
      + before + Array("data".utf8) + little(statedLength ?? UInt32(sound.count)) + sound
  }

  private func encode(_ value: Double) -> [UInt8] {
    switch sample {
    case .bits8: [UInt8(clamping: Int(value * 127) + 128)]
    case .bits16: little(Int16(value * 32_767))
    case .bits24: Array(little(Int32(value * 8_388_607)).prefix(3))
    case .bits32: little(Int32(value * 2_147_483_000))
    case .fraction: little(Float(value).bitPattern)
    }
  }

  private func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}

@Suite struct EngineSoundTests {
  private static let text = "We are calling the billing team."

  private func heard(_ wave: EngineWave, volume: Int = 100) throws -> Recording {
    try Recording(of: Self.text, fromWave: wave.bytes, volume: volume)
  }

  private func decibels(_ recording: Recording) -> Double { 20 * log10(recording.loudness / Recording.speechLevel) }

  private func expectOneSound(_ wave: EngineWave) throws {
    let recording = try heard(wave)
    #expect(recording.rate == 16_000)
    #expect(abs(decibels(recording)) < 1, "\(decibels(recording)) dB")
    #expect(abs(recording.duration.milliseconds - 1_940) < 40, "\(recording.duration)")
    let first = recording.samples.firstIndex { $0.magnitude > 300 } ?? .max
    #expect(first < 16_000 / 50, "the first sound after \(first / 16) ms")
    #expect(recording.samples.allSatisfy { $0.magnitude <= 23_200 })
  }

  @Test(arguments: [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000])
  func everyRateSoundsTheSame(_ rate: Int) throws { try expectOneSound(EngineWave(rate: rate, silenceBefore: 0.7)) }

  @Test(arguments: EngineWave.Sample.allCases, [1, 2, 6])
  func everyKindOfSampleSoundsTheSame(_ sample: EngineWave.Sample, _ channels: Int) throws {
    try expectOneSound(EngineWave(channels: channels, sample: sample))
  }

  @Test(arguments: [0.06, 0.2, 0.99])
  func everyLevelSoundsTheSame(_ level: Double) throws { try expectOneSound(EngineWave(level: level)) }

  /// The noise of an engine is no speech: the first word comes at once all the same.
  @Test func noiseBeforeTheFirstWordIsCutOff() throws {
    try expectOneSound(EngineWave(silenceBefore: 0.5, noise: 0.01))
  }

  /// Who writes to a pipe does not know how long it will be.
  @Test(arguments: [0xFFFF_FFFF, 0x7FFF_FFFF] as [UInt32])
  func aLengthThatIsNoneIsTheEnd(_ length: UInt32) throws { try expectOneSound(EngineWave(statedLength: length)) }

  @Test func otherChunksArePassedOver() throws {
    try expectOneSound(EngineWave(before: Array("LIST".utf8) + [5, 0, 0, 0] + Array("INFOx".utf8) + [0]))
  }

  @Test func volumeIsAShareOfIt() throws {
    #expect(abs(decibels(try heard(EngineWave(), volume: 50)) + 6) < 0.5)
  }

  private func refusal(_ bytes: [UInt8]) -> String? {
    do throws(SpeechError) {
      _ = try Recording(of: Self.text, fromWave: bytes, volume: 100)
      return nil
    } catch {
      return error.message
    }
  }

  @Test func whatCannotBeTheTextIsRefused() {
    #expect(refusal([]) == "no WAVE file")
    #expect(refusal(Array("<html>Bad gateway</html>".utf8)) == "no WAVE file")
    #expect(refusal(Array(EngineWave().bytes.prefix(30))) == "a WAVE file without its format")
    #expect(refusal(Array(EngineWave().bytes.prefix(44))) == "silence")
    #expect(refusal(EngineWave(level: 0).bytes) == "silence")
    #expect(refusal(EngineWave(level: 0.005).bytes) == "silence")
    #expect(refusal(EngineWave(seconds: 0.3).bytes) == "too short for the text")
    #expect(refusal(EngineWave(rate: 8_000, seconds: 30).bytes) == "too long for the text")
    #expect(refusal(EngineWave(channels: 9).bytes) == "9 channels")
    #expect(refusal(EngineWave(rate: 11_027).bytes) == "cannot resample from 11027 samples a second")
    #expect(refusal(EngineWave(rate: 4_000).bytes) == "cannot resample from 4000 samples a second")
  }

  /// Nothing that an engine may answer ends the process.
  @Test(arguments: 0..<6 as Range<UInt64>)
  func mutilatedFilesAreRefusedOrHeard(_ seed: UInt64) {
    var state = seed &+ 1
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    let whole = EngineWave(rate: 8_000, seconds: 0.5).bytes
    for _ in 0..<300 {
      var bytes = whole
      for _ in 0...next(4) { bytes[next(48)] = UInt8(next(256)) }
      _ = refusal(Array(bytes.prefix(next(bytes.count) + 1)))
    }
  }
}

extension Duration {
  fileprivate var milliseconds: Int {
    Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}

/// A name in another language than the words around it.
@Suite struct NamesInSpeechTests {
  private func spoken(_ text: String, _ name: Wording.Name?) async throws -> Recording {
    var voice = Voice()
    voice.name = "en"
    let wording = Wording(text)
    return try await SpeechSynthesizer().speak(name.map { wording.naming($0) } ?? wording, voice: voice)
  }

  @Test func itIsSaidByAVoiceOfItsOwnLanguage() async throws {
    let german = try #require(LanguageTag("de-at"))
    let text = "Call from Jürgen Müller, about billing."
    let plain = try await spoken(text, nil)
    let named = try await spoken(text, .init("Jürgen Müller", german))
    #expect(plain != named)
    // Made of the same three sounds as when each is asked for by itself, in its own voice.
    var voice = Voice()
    voice.name = "de"
    let alone = try await SpeechSynthesizer().speak("Jürgen Müller", voice: voice)
    let likenesses = (named.likeness(holding: alone), plain.likeness(holding: alone))
    // espeak-ng does not make the same samples twice.
    #expect(likenesses.0 > 0.5 && likenesses.0 > likenesses.1 + 0.15, "\(likenesses)")
  }

  @Test(arguments: ["xx", "de"])
  func withoutItsVoiceOrItsWordsItIsSaidLikeTheRest(_ language: String) async throws {
    let name = language == "de" ? "Jürgen Mü" : "Jürgen Müller"
    let text = "Call from Jürgen Müller, about billing."
    let tag = try #require(LanguageTag(language))
    // espeak-ng does not make the same samples twice.
    let lengths = (try await spoken(text, .init(name, tag)).duration, try await spoken(text, nil).duration)
    #expect(abs(lengths.0.milliseconds - lengths.1.milliseconds) < 20, "\(lengths)")
  }
}

extension Recording {
  /// Sixteen samples together: pitch and rhythm stay.
  private var coarse: [Double] {
    stride(from: 0, to: samples.count - 16, by: 16).map { start in
      samples[start..<start + 16].reduce(0.0) { $0 + Double($1) }
    }
  }

  /// How much the best place in it is like half a second of the other sound: 1 is the same.
  fileprivate func likeness(holding other: Recording) -> Double {
    let part = Array(other.coarse.dropFirst(other.rate / 320).prefix(other.rate / 32))
    let all = coarse
    let own = part.reduce(0) { $0 + $1 * $1 }
    return (0..<max(1, all.count - part.count)).reduce(0) { best, start in
      let place = all[start..<start + part.count]
      let energy = place.reduce(0) { $0 + $1 * $1 }
      let product = zip(place, part).reduce(0) { $0 + $1.0 * $1.1 }
      return energy > 0 ? max(best, product / (own * energy).squareRoot()) : best
    }
  }
}
