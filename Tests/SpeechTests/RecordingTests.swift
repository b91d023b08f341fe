import Foundation
import Testing

@testable import Speech

@Suite struct RecordingTests {
  private func tone(_ frequency: Double, amplitude: Double = 20_000, rate: Int = 22_050) -> Recording {
    let step: Double = 2 * Double.pi * frequency / Double(rate)
    let samples = (0..<rate).map { Int16((amplitude * sin(step * Double($0))).rounded()) }
    return Recording(samples: samples, rate: rate)
  }

  private func level(_ recording: Recording) -> Double {
    let middle = recording.samples.dropFirst(200).dropLast(200).map(Double.init)
    let energy: Double = middle.reduce(0) { $0 + $1 * $1 }
    return sqrt(energy / Double(middle.count))
  }

  /// From the first to the last upward crossing of zero, so that it is far finer than 1 Hz.
  private func pitch(_ recording: Recording) -> Double {
    let samples = recording.samples.map(Double.init)
    let crossings = (200..<samples.count - 200).compactMap { index -> Double? in
      let (before, after) = (samples[index - 1], samples[index])
      return before < 0 && after >= 0 ? Double(index) - after / (after - before) : nil
    }
    guard let first = crossings.first, let last = crossings.last else { return 0 }
    return Double(crossings.count - 1) * Double(recording.rate) / (last - first)
  }

  @Test(arguments: TelephoneRate.allCases)
  func aToneKeepsPitchLevelAndLength(_ rate: TelephoneRate) throws {
    let source = tone(1_000)
    let resampled = try source.resampled(to: rate)
    #expect(abs(pitch(resampled) - 1_000) < 1)
    #expect(abs(level(resampled) / level(source) - 1) < 0.02)
    #expect(abs(resampled.samples.count - rate.rawValue) <= 2)
  }

  @Test func theFilterAddsNoDelay() throws {
    let click = Recording(samples: (0..<22_050).map { $0 == 11_025 ? 30_000 : 0 }, rate: 22_050)
    let samples = try click.resampled(to: .narrow).samples
    let peak = samples.indices.max { samples[$0].magnitude < samples[$1].magnitude }
    #expect(abs((peak ?? 0) - 4_000) <= 2)
  }

  /// What speexdsp 1.2.1 leaves of a tone at its quality of 4, in dB: as much as it has of what belongs into the band, and
  /// no more of what does not.
  @Test(
    arguments: [
      (.narrow, 100, 0), (.narrow, 1_000, 0), (.narrow, 3_300, 0), (.narrow, 3_400, -0.02), (.narrow, 3_500, -0.41),
      (.narrow, 3_600, -2.26), (.narrow, 4_100, -83.6), (.narrow, 4_200, -86.8), (.narrow, 4_400, -86.9),
      (.narrow, 5_000, -90.8), (.narrow, 6_000, -93), (.narrow, 7_400, -93), (.narrow, 9_500, -93),
      (.wide, 100, 0), (.wide, 3_400, 0), (.wide, 6_600, 0), (.wide, 6_800, -0.02), (.wide, 7_000, -0.41),
      (.wide, 7_200, -2.27), (.wide, 8_200, -83.6), (.wide, 8_400, -87.4), (.wide, 9_000, -87.9),
      (.wide, 10_900, -89.6),
    ] as [(TelephoneRate, Double, Double)]
  )
  func theSpectrumIsAsGoodAsThatOfALibrary(_ rate: TelephoneRate, _ frequency: Double, _ expected: Double) throws {
    let loud = tone(frequency, amplitude: 32_000)
    let left = 20 * log10(max(level(try loud.resampled(to: rate)), 0.01) / level(loud))
    if expected > -40 { #expect(left > expected - 0.01 && left < 0.01) } else { #expect(left <= expected) }
  }

  /// Samples are made many at a time: no click where the next begin, and no delay.
  @Test(arguments: TelephoneRate.allCases)
  func aToneIsTheSameToneAtEveryRate(_ rate: TelephoneRate) throws {
    let (resampled, exact) = (try tone(1_234).resampled(to: rate).samples, tone(1_234, rate: rate.rawValue).samples)
    let errors = zip(resampled, exact).map { abs(Int($0) - Int($1)) }
    #expect(errors.dropFirst(100).dropLast(100).max() ?? .max <= 2)
  }

  @Test func aToneTooLoudIsCutAndNeverTurnedRound() throws {
    let square = Recording(samples: (0..<22_050).map { $0 / 25 % 2 == 0 ? 32_767 : -32_768 }, rate: 22_050)
    for rate in TelephoneRate.allCases {
      let made = try square.resampled(to: rate).samples
      #expect(made.max() == 32_767 && made.min() == -32_768)
      #expect(zip(made, made.dropFirst()).filter { $0 > 30_000 && $1 < -30_000 }.isEmpty)
    }
  }

  @Test(arguments: [0, 1, 2, 100])
  func shortOnesSurvive(_ count: Int) throws {
    let recording = Recording(samples: Array(repeating: 1_000, count: count), rate: 22_050)
    let wide = try recording.resampled(to: .wide).samples.count
    #expect(wide == (count * 16_000 + 11_025) / 22_050)
    #expect(try recording.resampled(to: .narrow).samples.count == (wide + 1) / 2)
  }

  @Test func aRateOfNothingIsAnError() {
    #expect(throws: SpeechError.self) { try Recording(samples: [1], rate: 0).resampled(to: .narrow) }
  }

  @Test func silenceIsTrimmed() {
    let silence = [Int16](repeating: 5, count: 8_000)
    let recording = Recording(samples: silence + [9_000, -9_000] + silence, rate: 8_000)
    #expect(recording.trimmed().samples.count == 32 + 2 + 320)
    let abrupt = Recording(samples: [9_000], rate: 8_000).trimmed().samples
    #expect(abrupt == [9_000] + [Int16](repeating: 0, count: 320))
    #expect(Recording(samples: silence, rate: 8_000).trimmed().samples.isEmpty)
  }

  /// Half a second of a tone in bursts of 100 ms, as loud as that, with pauses between them.
  private func bursts(_ peak: Double, crest: Double = 1) -> Recording {
    let samples = (0..<11_025).map { index -> Int16 in
      if index / 2_205 % 2 == 1 { return 0 }
      let isPeak = index % 441 < 4
      return Int16(peak * (isPeak ? crest : 1) * sin(2 * Double.pi * 300 * Double(index) / 22_050 + (isPeak ? 1 : 0)))
    }
    return Recording(samples: samples, rate: 22_050)
  }

  private func decibels(_ level: Double) -> Double { 20 * log10(level) }

  @Test(arguments: [600, 2_000, 8_000, 32_000] as [Double])
  func allSpeechHasOneLoudness(_ peak: Double) {
    let made = bursts(peak).levelled(volume: 100)
    #expect(abs(decibels(made.loudness / Recording.speechLevel)) < 0.1)
    #expect(abs(decibels(bursts(peak).levelled(volume: 50).loudness / Recording.speechLevel) + 6) < 0.1)
  }

  /// Pauses are no part of it.
  @Test func longPausesDoNotMakeSpeechLouder() {
    let speech = bursts(5_000)
    let slow = Recording(samples: speech.samples + Array(repeating: 3, count: 60_000) + speech.samples, rate: 22_050)
    #expect(abs(decibels(slow.levelled(volume: 100).loudness / Recording.speechLevel)) < 0.1)
  }

  @Test func peaksAreHeldDownAndNotCutOff() {
    let sharp = bursts(3_000, crest: 10).levelled(volume: 100)
    let peak = sharp.samples.map(\.magnitude).max() ?? 0
    #expect(Double(peak) <= Recording.fullPeak + 1 && Double(peak) > Recording.fullPeak * 0.9)
    #expect(sharp.samples.count { Double($0.magnitude) > Recording.fullPeak - 2 } < 100, "flat tops are distortion")
  }

  @Test func aNoiseFloorDoesNotBecomeARoar() {
    #expect(
      Recording(samples: Array(repeating: 10, count: 1_000), rate: 8_000).levelled(volume: 100).samples[500] == 80
    )
    #expect(Recording(samples: [0, 0], rate: 8_000).levelled(volume: 100).samples == [0, 0])
  }

  @Test func speechBeginsAndEndsWithoutAClick() {
    let loud = Recording(samples: Array(repeating: 9_000, count: 4_000), rate: 8_000)
    let made = loud.finished(volume: 100).samples
    #expect(made.first == 0 && made.last == 0)
    let steps = zip(made, made.dropFirst()).map { abs(Int($1) - Int($0)) }
    #expect(steps.prefix(100).max() ?? .max < 700)
    // The first word is there within 20 ms.
    let late = Recording(samples: Array(repeating: 0, count: 8_000) + loud.samples, rate: 8_000).finished(volume: 100)
    #expect(late.samples.prefix(160).contains { $0.magnitude > 2_000 })
  }

  @Test func waveByteByByte() {
    let bytes = Recording(samples: [1, -2], rate: 16_000).wave()
    let expected: [UInt8] =
      [0x52, 0x49, 0x46, 0x46, 40, 0, 0, 0, 0x57, 0x41, 0x56, 0x45]
      + [0x66, 0x6d, 0x74, 0x20, 16, 0, 0, 0, 1, 0, 1, 0, 0x80, 0x3e, 0, 0, 0, 0x7d, 0, 0, 2, 0, 16, 0]
      + [0x64, 0x61, 0x74, 0x61, 4, 0, 0, 0, 1, 0, 0xfe, 0xff]
    #expect(bytes == expected)
  }
}
