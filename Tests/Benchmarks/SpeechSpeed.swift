import Foundation
import Speech
import Transfer

/// How much faster than it is spoken a text becomes the two files that Asterisk plays.
struct SpeechSpeed {
  private static let count = 20
  private static let texts = [
    "A call from Anna Smith about billing. Account 4821 was charged twice. Press 1.",
    """
    A call from Anna Smith about billing. Account 4821 was charged $49.90 twice on March 3, and she wants one of the \
    two back. Next step: refund the second charge. Press 1 to take the call, 2 to decline.
    """,
  ]

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("warm-transfer-\(UUID().uuidString)")
    let files = try SoundFiles(folder: folder.path)
    guard let name = SoundName("speech") else { throw BenchmarkError(description: "no name for a sound") }
    let synthesizer = SpeechSynthesizer()
    try await synthesizer.check(Voice())
    var rows = [["text of", "spoken and written in, median", "p99", "times faster than real time"]]
    for text in Self.texts {
      var length = Duration.zero
      var taken: [Duration] = []
      for _ in 0..<Self.count {
        let start = ContinuousClock.now
        let recording = try await synthesizer.speak(SpokenText(.english).spoken(text), voice: Voice())
        try files.write(recording, named: name)
        taken.append(.now - start)
        length = recording.duration
      }
      let figures = Figures(taken)
      rows.append([
        "\(length.seconds) s", "\(figures.median.milliseconds) ms", "\(figures.p99.milliseconds) ms",
        decimals(length / figures.median, 0),
      ])
    }
    try FileManager.default.removeItem(at: folder)
    table("Speech: synthesis, 8 and 16 kHz, two WAVE files; \(Self.count) times each", rows)
  }
}
