import Foundation

extension Sound {
  private static let espeak = "/usr/bin/espeak-ng"

  /// What the text sounds like, as a test expects to hear it.
  package static func spoken(_ text: String, by voice: String, wordsPerMinute: Int) throws -> Sound {
    try FileManager.default.withTemporaryFolder { folder in
      try spoken(text, by: voice, wordsPerMinute: wordsPerMinute, in: folder)
    }
  }

  static func spoken(
    _ text: String,
    by voice: String,
    wordsPerMinute: Int,
    in folder: URL
  ) throws -> Sound {
    guard FileManager.default.isExecutableFile(atPath: espeak) else {
      throw LabError(.notPrepared, "there is no \(espeak). Run Tests/Lab/prepare (as root) first")
    }
    let file = folder.appendingPathComponent("spoken.wav")
    try ChildProcess(espeak, ["-v", voice, "-s", "\(wordsPerMinute)", "-w", file.path, text]).waitForEnd()
    defer { unlink(file.path) }
    return try Wave.read(file)
  }

  /// How much somewhere in this sound the loudness goes up and down as in the words, from 0 to 1: a sentence is known
  /// by its rhythm, also through a telephone.
  package func likeness(to words: Sound) -> Double {
    let written = words.levels
    let loud = written.indices.filter { written[$0] >= 1 }
    guard let first = loud.first, let last = loud.last else { return 0 }
    let rhythm = written[first...last]
    let heard = levels
    guard heard.count >= rhythm.count else { return 0 }
    return (0...heard.count - rhythm.count).map { start in
      Self.correlation(heard[start..<start + rhythm.count], rhythm)
    }
    .max() ?? 0
  }

  /// Of each frame, as the ear has it.
  private var levels: [Double] { (0..<frameCount).map { log10(1 + loudness(ofFrame: $0) / 30) } }

  private static func correlation(_ left: ArraySlice<Double>, _ right: ArraySlice<Double>) -> Double {
    let means = (left.reduce(0, +) / Double(left.count), right.reduce(0, +) / Double(right.count))
    var (product, leftSquares, rightSquares) = (0.0, 0.0, 0.0)
    for (one, other) in zip(left, right) {
      product += (one - means.0) * (other - means.1)
      leftSquares += (one - means.0) * (one - means.0)
      rightSquares += (other - means.1) * (other - means.1)
    }
    return leftSquares * rightSquares > 0 ? product / (leftSquares * rightSquares).squareRoot() : 0
  }
}

extension FileManager {
  func withTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
    let folder = temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try createDirectory(at: folder, withIntermediateDirectories: true)
    do {
      let result = try body(folder)
      try removeItem(at: folder)
      return result
    } catch {
      try removeItem(at: folder)
      throw error
    }
  }
}
