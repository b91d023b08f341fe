import Foundation

/// The lab's own sounds, made when it starts. Each can be told from all others by its frequencies.
enum Tones {
  static let rate = 8000

  /// Whole seconds of whole frequencies: the end fits the beginning, so that a loop has no click.
  static func music(seconds: Int) -> Sound {
    chord([440, 554], seconds: Double(seconds), level: 9000)
  }

  static func chord(_ frequencies: [Double], seconds: Double, level: Double, rate: Int = rate) -> Sound {
    let samples = (0..<Int(seconds * Double(rate))).map { at in
      let angle = 2 * Double.pi * Double(at) / Double(rate)
      return Int16(frequencies.reduce(0) { $0 + sin(angle * $1) } / Double(frequencies.count) * level)
    }
    return Sound(samples: samples, rate: rate)
  }
}
