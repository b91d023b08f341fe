import Foundation

/// The lab's own sounds, made when it starts. Each can be told from all others by its frequencies.
enum Tones {
  static let rate = 8000

  /// Whole seconds of whole frequencies: the end fits the beginning, so that a loop has no click.
  static func music(seconds: Int) -> Sound {
    chord([440, 554], seconds: Double(seconds), level: 9000)
  }

  static func chord(_ frequencies: [Double], seconds: Double, level: Double) -> Sound {
    let samples = (0..<Int(seconds * Double(rate))).map { at in
      let angle = 2 * Double.pi * Double(at) / Double(rate)
      return Int16(frequencies.reduce(0) { $0 + sin(angle * $1) } / Double(frequencies.count) * level)
    }
    return Sound(samples: samples, rate: rate)
  }

  /// Sounds like talking to a detector that counts words: each a buzz of a voice's pitch and harmonics with a swell.
  static func talking(words: [Double], pause: Double) -> Sound {
    let gap = [Int16](repeating: 0, count: Int(pause * Double(rate)))
    let samples = words.enumerated().flatMap { index, seconds in
      word(seconds: seconds, pitch: 120 + Double(index % 4) * 17) + gap
    }
    return Sound(samples: samples, rate: rate)
  }

  static let hello = talking(words: [0.45], pause: 0.1)
  static let greeting: Sound = {
    let words = talking(words: [0.3, 0.25, 0.4, 0.2, 0.35, 0.5, 0.3, 0.25, 0.45, 0.3, 0.4, 0.5], pause: 0.12)
    let beep = chord([1400], seconds: 0.5, level: 9000)
    return Sound(samples: words.samples + beep.samples, rate: rate)
  }()

  private static func word(seconds: Double, pitch: Double) -> [Int16] {
    let count = Int(seconds * Double(rate))
    return (0..<count).map { at in
      let time = Double(at) / Double(rate)
      let swell = sin(Double.pi * Double(at) / Double(count))
      let buzz = (1...12).reduce(0.0) { $0 + sin(2 * Double.pi * pitch * Double($1) * time) / Double($1) }
      return Int16(buzz * swell * 7000)
    }
  }
}
