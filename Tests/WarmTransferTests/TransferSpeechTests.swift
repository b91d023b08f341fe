import Foundation
import Runtime
import Speech
import Synchronization
import Testing
import Transfer

@testable import WarmTransfer

/// Speaks when it is told to, one text after the other, and remembers which.
private final class SlowEngine: Sendable {
  private struct Work {
    let text: String
    let end: CheckedContinuation<Void, Never>
  }

  private let work = Mutex<[Work]>([])
  private let texts = Mutex<[String]>([])
  private static let beep = Recording(samples: Array(repeating: 1_000, count: 2_205), rate: 22_050)

  var begun: [String] { texts.withLock { $0 } }

  func speak(_ text: String, _ files: SoundFiles, _ name: SoundName) async throws(SpokenFileError) -> Duration {
    await withCheckedContinuation { end in
      texts.withLock { $0.append(text) }
      work.withLock { $0.append(Work(text: text, end: end)) }
    }
    do { try files.write(Self.beep, named: name) } catch { throw .file(error) }
    return Self.beep.duration
  }

  func begins(_ text: String) async { while !begun.contains(text) { await Task.yield() } }

  func finish(_ text: String) throws {
    let ended = work.withLock { work in work.firstIndex { $0.text == text }.map { work.remove(at: $0) } }
    try #require(ended).end.resume()
  }
}

@Suite struct TransferSpeechTests {
  private let engine = SlowEngine()
  private static let log = Log(minimum: .warning) { Issue.record("logged: \($0)") }

  private func transfer(_ id: String) throws -> TransferID { try #require(TransferID(id)) }

  private func withDesk(_ body: (TransferSpeech, URL) async throws -> Void) async throws {
    let folder = URL.temporaryDirectory.appending(path: "desk-\(UUID().uuidString)")
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let desk = try TransferSpeech(folder: folder.path, log: Self.log) {
      [engine] text, _, files, name throws(SpokenFileError) in try await engine.speak(text, files, name)
    }
    try await body(desk, folder)
  }

  private func wantsToSay(_ text: String, _ desk: TransferSpeech, _ transfer: TransferID) -> Task<TransferEvent, Never>
  {
    Task { await desk.prepare(.briefing(LegID(1)), text, Voice(), for: transfer) }
  }

  private func sounds(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "prompts" }
  }

  @Test(.timeLimit(.minutes(1)))
  func whatATransferThatIsOverWantedToSayIsNotSpoken() async throws {
    try await withDesk { desk, folder in
      let (first, over, last) = (try transfer("k1"), try transfer("k2"), try transfer("k3"))
      let speaking = wantsToSay("first", desk, first)
      await engine.begins("first")
      let waiting = wantsToSay("over", desk, over)
      while await desk.textsWaiting < 1 { await Task.yield() }
      let patient = wantsToSay("last", desk, last)
      while await desk.textsWaiting < 2 { await Task.yield() }

      // The engine still speaks for somebody else: neither waits for that.
      await desk.discard(over)
      #expect(await waiting.value == .speechFailed(.briefing(LegID(1)), "the transfer is over"))
      #expect(engine.begun == ["first"])

      try engine.finish("first")
      await engine.begins("last")
      try engine.finish("last")
      #expect(await speaking.value.isSpeech)
      #expect(await patient.value.isSpeech)
      #expect(engine.begun == ["first", "last"])
      #expect(try sounds(in: folder).count == 4)
      await desk.discard(first)
      await desk.discard(last)
      #expect(try sounds(in: folder) == [])
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func whatIsBeingSpokenForATransferThatIsOverIsTakenAway() async throws {
    try await withDesk { desk, folder in
      let over = try transfer("k1")
      let speaking = wantsToSay("over", desk, over)
      await engine.begins("over")
      await desk.discard(over)
      try engine.finish("over")
      _ = await speaking.value
      #expect(try sounds(in: folder) == [])
    }
  }

  /// A prompt that two transfers want: the one who was to make it is over, so the other one makes it.
  @Test(.timeLimit(.minutes(1)))
  func aPromptIsMadeByWhoeverStillWantsIt() async throws {
    try await withDesk { desk, _ in
      let (first, over, last) = (try transfer("k1"), try transfer("k2"), try transfer("k3"))
      let speaking = wantsToSay("first", desk, first)
      await engine.begins("first")
      let maker = Task { await desk.prepare(.announcement, "One moment.", Voice(), for: over) }
      while await desk.textsWaiting < 1 { await Task.yield() }
      let other = Task { await desk.prepare(.announcement, "One moment.", Voice(), for: last) }
      await desk.discard(over)
      #expect(await maker.value.isSpeech == false)
      try engine.finish("first")
      await engine.begins("One moment.")
      try engine.finish("One moment.")
      #expect(await other.value.isSpeech)
      #expect(await speaking.value.isSpeech)
      #expect(engine.begun == ["first", "One moment."])
    }
  }
}

extension TransferEvent {
  fileprivate var isSpeech: Bool { if case .speechReady = self { true } else { false } }
}
