import Speech
import Transfer

/// What one side of a simulated call heard, as a recording of a telephone. Where the real call has music and another
/// person's voice, a soft chord and a pulse stand.
struct SimulatedSound {
  private static let rate = TelephoneRate.narrow.rawValue

  /// From the first moment of `heard` on, and not longer than the limit.
  static func recording(
    of heard: [SimulatedPBX.Heard],
    _ sounds: [String: Recording],
    limit: Duration
  ) throws(SpeechError) -> Recording {
    let heard = heard.drop { $0.sound == .ringing }
    guard let first = heard.first else { return Recording(samples: [], rate: rate) }
    let most = samples(in: limit)
    var all: [Int16] = []
    for piece in heard where all.count < most {
      // No gap and no overlap, however the lengths are rounded.
      let end = min(most, samples(in: piece.to - first.from))
      guard end > all.count else { continue }
      all += try sound(piece.sound, sounds, from: all.count, count: end - all.count)
    }
    return Recording(samples: all, rate: rate)
  }

  private static func samples(in length: Duration) -> Int { Int(length.milliseconds) * rate / 1_000 }

  private static func sound(
    _ sound: SimulatedPBX.Sound,
    _ sounds: [String: Recording],
    from start: Int,
    count: Int
  ) throws(SpeechError) -> [Int16] {
    switch sound {
    case .silence, .ringing: return Array(repeating: 0, count: count)
    case .music: return (start..<start + count).map { chord($0) }
    case .conversation: return (start..<start + count).map { pulse($0) }
    case .words(let playback):
      let words = try sounds[playback.file]?.resampled(to: .narrow).samples ?? []
      return Array(words.prefix(count)) + Array(repeating: 0, count: max(0, count - words.count))
    }
  }

  /// Three tones that swell once in four seconds.
  private static func chord(_ place: Int) -> Int16 {
    let swell = 0.6 + 0.4 * wave(place % (4 * rate), period: Double(4 * rate))
    let tones = [261.6, 329.6, 392.0].reduce(0.0) { $0 + wave(place, period: Double(rate) / $1) }
    return Int16(tones * swell * 700)
  }

  /// A low tone of a quarter of a second, every second.
  private static func pulse(_ place: Int) -> Int16 {
    place % rate < rate / 4 ? Int16(wave(place, period: Double(rate) / 160) * 1_500) : 0
  }

  /// Of a second, for a recorded prompt.
  static func tone(ofRate rate: Int) -> [Int16] {
    (0..<rate).map { Int16(wave($0, period: Double(rate) / 520) * 3_000) }
  }

  /// A sine, near enough for the ear, without a library of mathematics.
  private static func wave(_ place: Int, period: Double) -> Double {
    let turns = Double(place) / period
    let half = 2 * (turns - turns.rounded(.down)) - 1
    return 4 * half * (1 - abs(half))
  }
}
