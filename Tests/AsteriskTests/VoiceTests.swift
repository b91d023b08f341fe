import Foundation
import Lab
import Testing

/// Speech engines of every kind, from what the person heard. A double's voice is the tone of the far end's people.
@Suite(.lab, .serialized) struct VoiceTests {
  private static let briefing = "Call from {caller_name}. [{reason}.] [{summary}] Press {accept_digits}."
  private static let words = "A bill is wrong, and nobody has called back."

  private struct Heard {
    let recording: Recording
    /// From the answer to the first sound.
    let wait: Duration
    let lines: [String]

    /// Over what is heard from here on, without its pauses.
    func level() -> Double {
      let levels = (0..<recording.sound.frameCount).map { recording.sound.loudness(ofFrame: $0) }
      let active = levels.filter { $0 > (levels.max() ?? 0) * 0.126 }
      return 10 * log10(active.reduce(0) { $0 + $1 * $1 } / Double(max(1, active.count)))
    }
  }

  /// `SOUND` is a WAVE file of four seconds.
  private func briefing(
    by script: String,
    rate: Int = 24_000,
    channels: Int = 1,
    person: String = "listen-1500",
    _ presses: String = ""
  ) async throws -> Heard {
    let folder = URL.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let sound = folder.appending(path: "sound.wav")
    try Self.tone(rate, channels).write(to: sound)
    var heard: Heard?
    try await Scene.with(
      .transfer(["briefing": Self.briefing, "accept_timeout": "4", "amd": "off", "voice": "clara", "reminder": ""]),
      .section(
        "clara",
        [
          ("type", "voice"), ("timeout", "2"),
          ("command", "/bin/sh -c \"\(script.replacing("SOUND", with: sound.path).replacing(";", with: "\\;"))\""),
        ]
      ),
      .person("lena", person)
    ) { scene in
      let call = try await scene.call("lena", ["WT_CALLER_NAME": "Anna Meyer", "WT_REASON": Self.words])
      let phone = try await call.agent()
      let answered = try await phone.time(of: .answered)
      if !presses.isEmpty {
        try await Task.sleep(for: .seconds(8))
        try await phone.press(presses)
        try await Task.sleep(for: .seconds(6))
        try await call.hangUp()
      } else {
        _ = try await call.back()
      }
      let recording = try await phone.heard()
      let first = try #require(recording.sound.firstSound(after: recording.offset(of: answered)))
      heard = Heard(
        recording: recording,
        wait: first - recording.offset(of: answered),
        lines: try scene.service.lines().filter { $0.contains("voice") }
      )
    }
    return try #require(heard)
  }

  private static func tone(_ rate: Int, _ channels: Int) -> Data {
    let count = rate * 4
    let sound = (0..<count).flatMap { index -> [UInt8] in
      let time = Double(index) / Double(rate)
      // Half a second of silence first, as some engines have it.
      let isOn = time > 0.5 && (time - 0.5).truncatingRemainder(dividingBy: 0.4) < 0.32
      let sample = isOn ? Int16(2_000 * sin(2 * Double.pi * 600 * time)) : 0
      return (0..<channels).flatMap { _ in little(sample) }
    }
    let format =
      little(UInt16(1)) + little(UInt16(channels)) + little(UInt32(rate)) + little(UInt32(rate * channels * 2))
      + little(UInt16(channels * 2)) + little(UInt16(16))
    // Written to a pipe: the length is not known.
    let bytes =
      Array("RIFF".utf8) + little(UInt32.max) + Array("WAVEfmt ".utf8) + little(UInt32(16)) + format
      + Array("data".utf8) + little(UInt32.max) + sound
    return Data(bytes)
  }

  private static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  @Test(arguments: [(24_000, 1), (44_100, 2), (8_000, 1)])
  func theEngineIsHeardFromTheFirstWordAsLoudAsAnyVoice(_ rate: Int, _ channels: Int) async throws {
    let heard = try await briefing(by: "cat SOUND", rate: rate, channels: channels)
    print("first sound \(heard.wait.inSeconds) after the answer, level \(heard.level()) dB")
    let timeline = heard.recording.timeline.text
    let tone = heard.recording.timeline.filter { $0.kind == .agentTone }.map(\.length).reduce(.zero, +)
    #expect(tone > .seconds(3), "\(timeline)")
    #expect(!heard.recording.timeline.contains { $0.kind == .other && $0.length > .milliseconds(200) }, "\(timeline)")
    #expect(heard.wait <= .milliseconds(100))
    let other = try await briefing(by: "exit 1")
    print("espeak-ng's level \(other.level()) dB")
    #expect(abs(other.level() - heard.level()) < 2)
  }

  @Test(arguments: [
    "exit 1", "sleep 60", "cat /dev/zero", "echo nonsense", "head -c 44 SOUND; head -c 200000 /dev/zero", "kill -9 $$",
    "sleep 1.9; cat SOUND",
  ])
  func espeakIsHeardAtTheAnswerWhereTheEngineFails(_ script: String) async throws {
    let heard = try await briefing(by: script, person: script.contains("1.9") ? "listen-300" : "listen-1500")
    let words = try Sound.spoken(Self.words, by: "en", wordsPerMinute: 160)
    let likeness = heard.recording.sound.likeness(to: words)
    print("\(script): first sound \(heard.wait.inSeconds) after the answer, likeness \(likeness)")
    #expect(likeness > 0.8, "\(heard.recording.timeline.text)")
    #expect(!heard.recording.hasTrace(of: .agentTone))
    #expect(heard.wait <= .milliseconds(100))
    #expect(heard.lines.contains { $0.contains("espeak-ng speaks") }, "\(heard.lines)")
  }

  /// Who called, why; and when asked again: why, who called.
  @Test func whoAsksAgainHearsFirstWhatCounts() async throws {
    let heard = try await briefing(by: "exit 1", person: "listen-300", "3")
    let sound = heard.recording.sound
    let name = try Sound.spoken("Call from Anna Meyer.", by: "en", wordsPerMinute: 160)
    let reason = try Sound.spoken(Self.words, by: "en", wordsPerMinute: 160)
    let again = sound.length - .seconds(7)
    let secondTime = sound.from(again, length: .seconds(7))
    let begin = secondTime.from(.zero, length: .seconds(4))
    let likeness = (begin.likeness(to: reason), begin.likeness(to: name))
    print(
      "asked again: the reason \(likeness.0), the name \(likeness.1); the name later \(secondTime.likeness(to: name))"
    )
    #expect(likeness.0 > 0.75 && secondTime.likeness(to: name) > 0.75)
  }
}
