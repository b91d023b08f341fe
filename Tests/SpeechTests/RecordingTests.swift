import Foundation
import Testing

@testable import Speech

@Suite struct RecordingTests {
  private func tone(_ frequency: Double, rate: Int = 22_050) -> Recording {
    let step: Double = 2 * Double.pi * frequency / Double(rate)
    let samples = (0..<rate).map { Int16(20_000 * sin(step * Double($0))) }
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

  @Test func whatIsAboveTheBandVanishes() throws {
    #expect(level(try tone(6_000).resampled(to: .narrow)) < 20)
    #expect(level(try tone(6_000).resampled(to: .wide)) > 13_000)
  }

  @Test(arguments: [0, 1, 2, 100])
  func shortOnesSurvive(_ count: Int) throws {
    let recording = Recording(samples: Array(repeating: 1_000, count: count), rate: 22_050)
    #expect(try recording.resampled(to: .narrow).samples.count == (count * 8_000 + 11_025) / 22_050)
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

  @Test(
    arguments: [([Int16.min, 0], [-23_198, 0]), ([10, -10], [40, -40]), ([0, 0], [0, 0])] as [([Int16], [Int16])]
  )
  func levels(_ samples: [Int16], _ expected: [Int16]) {
    #expect(Recording(samples: samples, rate: 8_000).levelled(volume: 100).samples == expected)
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
