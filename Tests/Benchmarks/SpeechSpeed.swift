import Foundation
import Glibc
import Speech
import Transfer

/// What a text takes until it is the two files that Asterisk plays, part by part: processor time, for the thread that speaks
/// leaves the processor to others.
struct SpeechSpeed {
  private static let count = 40
  private static let keys = "Press 1 to take the call, 2 to decline, 3 to hear this again."
  private static let texts = [
    "A call from Anna Smith about billing. Account 4821 was charged twice.",
    """
    A call from Anna Smith about billing. Account 4821 was charged $49.90 twice on March 3, and she wants one of the \
    two back. Next step: refund the second charge.
    """,
  ]

  /// One text, each part as often as it is measured.
  private struct Costs {
    var whole: [Duration] = []
    var joined: [Duration] = []
    var wide: [Duration] = []
    var narrow: [Duration] = []
    var files: [Duration] = []
    var length = Duration.zero
  }

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("warm-transfer-\(UUID().uuidString)")
    let files = try SoundFiles(folder: folder.path)
    let synthesizer = SpeechSynthesizer()
    var rows = [
      [
        "text of", "synthesis", "with its end kept", "to 16 kHz", "to 8 kHz", "all, to two files", "",
        "times faster than real time",
      ]
    ]
    for text in Self.texts {
      let costs = try await costs(of: Wording(text, ending: Self.keys), synthesizer, files)
      let perSecond = { (durations: [Duration]) in
        "\(decimals(Figures(durations).median / costs.length * 1_000, 3)) ms/s"
      }
      rows.append([
        "\(decimals(costs.length / .seconds(1), 1)) s", perSecond(costs.whole), perSecond(costs.joined),
        perSecond(costs.wide), perSecond(costs.narrow), perSecond(costs.files),
        "\(Figures(costs.files).median.milliseconds) ms", decimals(costs.length / Figures(costs.files).median, 0),
      ])
    }
    try FileManager.default.removeItem(at: folder)
    table("Speech, for each second of it; medians of \(Self.count)", rows)
  }

  private static var processorTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  private func costs(
    of wording: Wording,
    _ synthesizer: SpeechSynthesizer,
    _ files: SoundFiles
  ) async throws -> Costs {
    guard let name = SoundName("speech") else { throw BenchmarkError(description: "no name for a sound") }
    let spoken = SpokenText.spoken(wording, by: Voice())
    var costs = Costs()
    for _ in 0...Self.count {
      var start = Self.processorTime
      func lap() -> Duration {
        defer { start = Self.processorTime }
        return Self.processorTime - start
      }
      _ = try await synthesizer.speak(spoken.text, voice: Voice())
      costs.whole.append(lap())
      let recording = try await synthesizer.speak(spoken, voice: Voice())
      costs.joined.append(lap())
      let wide = try recording.resampled(to: .wide)
      costs.wide.append(lap())
      _ = try wide.resampled(to: .narrow)
      costs.narrow.append(lap())
      costs.length = try await synthesizer.speak(spoken, Voice(), into: files, as: name)
      costs.files.append(lap())
    }
    return costs
  }
}
