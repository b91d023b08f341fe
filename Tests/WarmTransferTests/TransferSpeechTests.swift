import Foundation
import Runtime
import Speech
import Synchronization
import TestSupport
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

  func begins(_ text: String) async throws { try await until { begun.contains(text) } }

  func finish(_ text: String) throws {
    let ended = work.withLock { work in work.firstIndex { $0.text == text }.map { work.remove(at: $0) } }
    try #require(ended).end.resume()
  }
}

@Suite struct TransferSpeechTests {
  private let engine = SlowEngine()
  private static let log = Log(minimum: .warning) { Issue.record("logged: \($0)") }

  private func transfer(_ id: String) throws -> TransferID { try #require(TransferID(id)) }

  private func withSpeech(_ body: (TransferSpeech, URL) async throws -> Void) async throws {
    let folder = URL.temporaryDirectory.appending(path: "speech-\(UUID().uuidString)")
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let speech = try TransferSpeech(
      folder: folder.path,
      log: Self.log,
      engines: SpeechEngines(SpeechSynthesizer(), log: Self.log)
    ) {
      [engine] wording, _, files, name throws(SpokenFileError) in try await engine.speak(wording.text, files, name)
    }
    try await body(speech, folder)
  }

  private func wantsToSay(_ text: String, _ speech: TransferSpeech, _ transfer: TransferID) -> Task<
    TransferEvent, Never
  > {
    Task { await speech.prepare(.briefing(LegID(1)), Wording(text), Voice(), for: transfer, isOwn: true) }
  }

  private func sounds(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains(".wav") }
  }

  @Test(.timeLimit(.minutes(1)))
  func whatATransferThatIsOverWantedToSayIsNotSpoken() async throws {
    try await withSpeech { speech, folder in
      let (first, over, last) = (try transfer("k1"), try transfer("k2"), try transfer("k3"))
      let speaking = wantsToSay("first", speech, first)
      try await engine.begins("first")
      let waiting = wantsToSay("over", speech, over)
      try await until { await speech.textsWaiting >= 1 }
      let patient = wantsToSay("last", speech, last)
      try await until { await speech.textsWaiting >= 2 }

      // The engine still speaks for somebody else: neither waits for that.
      await speech.discard(over)
      #expect(await waiting.value == .speechFailed(.briefing(LegID(1)), "the transfer is over"))
      #expect(engine.begun == ["first"])

      try engine.finish("first")
      try await engine.begins("last")
      try engine.finish("last")
      #expect(await speaking.value.isSpeech)
      #expect(await patient.value.isSpeech)
      #expect(engine.begun == ["first", "last"])
      #expect(try sounds(in: folder).count == 4)
      await speech.discard(first)
      await speech.discard(last)
      #expect(try sounds(in: folder) == [])
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func whatIsBeingSpokenForATransferThatIsOverIsTakenAway() async throws {
    try await withSpeech { speech, folder in
      let over = try transfer("k1")
      let speaking = wantsToSay("over", speech, over)
      try await engine.begins("over")
      await speech.discard(over)
      try engine.finish("over")
      _ = await speaking.value
      #expect(try sounds(in: folder) == [])
    }
  }

  /// A caller who waits in silence comes before a phone that rings, and that before a message that is for later.
  @Test(.timeLimit(.minutes(1)))
  func whatIsNeededFirstIsSpokenFirst() async throws {
    try await withSpeech { speech, _ in
      let transfer = try transfer("k1")
      let speaking = wantsToSay("first", speech, transfer)
      try await engine.begins("first")
      let leg = LegID(2)
      let wanted: [(SpeechID, String)] = [
        (.comfort, "comfort"), (.reminder(leg), "reminder"), (.mergePrompt, "merge"), (.briefing(leg), "briefing"),
        (.announcement, "announcement"), (.farewell, "farewell"),
      ]
      var waiting: [Task<TransferEvent, Never>] = []
      for (id, text) in wanted {
        waiting.append(Task { await speech.prepare(id, Wording(text), Voice(), for: transfer, isOwn: true) })
        try await until { await speech.textsWaiting >= waiting.count }
      }
      let order = ["first", "announcement", "farewell", "briefing", "merge", "comfort", "reminder"]
      for text in order {
        try await engine.begins(text)
        try engine.finish(text)
      }
      for task in waiting + [speaking] { #expect(await task.value.isSpeech) }
      #expect(engine.begun == order)
    }
  }

  /// Several phones are rung for one caller.
  @Test(.timeLimit(.minutes(1)))
  func theSameBriefingIsSpokenOnce() async throws {
    try await withSpeech { speech, folder in
      let (transfer, other) = (try transfer("k1"), try transfer("k2"))
      func briefing(_ leg: Int, _ text: String, for transfer: TransferID) -> Task<TransferEvent, Never> {
        Task { await speech.prepare(.briefing(LegID(leg)), Wording(text), Voice(), for: transfer, isOwn: true) }
      }
      let first = briefing(1, "Anna.", for: transfer)
      try await engine.begins("Anna.")
      let second = briefing(2, "Anna.", for: transfer)
      try engine.finish("Anna.")
      let third = briefing(3, "Anna.", for: transfer)
      let file = try #require(await first.value.media?.file)
      #expect(await second.value.media?.file == file)
      #expect(await third.value.media?.file == file)
      #expect(engine.begun == ["Anna."])
      // Another transfer's sound goes with that one.
      let foreign = briefing(1, "Anna.", for: other)
      try await until { engine.begun.count >= 2 }
      try engine.finish("Anna.")
      #expect(try #require(await foreign.value.media?.file) != file)
      // The first is told something else, in the same file: what was in it is there no more.
      let changed = briefing(1, "Anna, again.", for: transfer)
      try await engine.begins("Anna, again.")
      try engine.finish("Anna, again.")
      #expect(await changed.value.media?.file == file)
      let anew = briefing(2, "Anna.", for: transfer)
      try await until { engine.begun.count >= 4 }
      try engine.finish("Anna.")
      #expect(try #require(await anew.value.media?.file) != file)
      await speech.discard(transfer)
      await speech.discard(other)
      #expect(try sounds(in: folder) == [])
    }
  }

  /// A prompt that two transfers want: the one who was to make it is over, so the other one makes it.
  @Test(.timeLimit(.minutes(1)))
  func aPromptIsMadeByWhoeverStillWantsIt() async throws {
    try await withSpeech { speech, _ in
      let (first, over, last) = (try transfer("k1"), try transfer("k2"), try transfer("k3"))
      let speaking = wantsToSay("first", speech, first)
      try await engine.begins("first")
      let maker = Task { await speech.prepare(.announcement, Wording("One moment."), Voice(), for: over, isOwn: false) }
      try await until { await speech.textsWaiting >= 1 }
      let other = Task { await speech.prepare(.announcement, Wording("One moment."), Voice(), for: last, isOwn: false) }
      await speech.discard(over)
      #expect(await maker.value.isSpeech == false)
      try engine.finish("first")
      try await engine.begins("One moment.")
      try engine.finish("One moment.")
      #expect(await other.value.isSpeech)
      #expect(await speaking.value.isSpeech)
      #expect(engine.begun == ["first", "One moment."])
    }
  }
}

/// What is said of one caller, or to one, does not outlive the transfer.
@Suite struct OwnWordsTests {
  private static let log = Log(minimum: .warning) { Issue.record("logged: \($0)") }

  private func files(in folder: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.contains(".wav") }
  }

  @Test(arguments: [SpeechID.farewell, .announcement, .comfort])
  func goWithTheTransfer(_ speech: SpeechID) async throws {
    let folder = URL.temporaryDirectory.appending(path: "speech-\(UUID().uuidString)")
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let engine = SlowEngine()
    let sounds = try TransferSpeech(
      folder: folder.path,
      log: Self.log,
      engines: SpeechEngines(SpeechSynthesizer(), log: Self.log)
    ) {
      wording,
      _,
      files,
      name throws(SpokenFileError) in try await engine.speak(wording.text, files, name)
    }
    let (own, other) = (try #require(TransferID("k1")), try #require(TransferID("k2")))
    let refusal = Task { await sounds.prepare(speech, Wording("We know you, Jane."), Voice(), for: own, isOwn: true) }
    try await engine.begins("We know you, Jane.")
    try engine.finish("We know you, Jane.")
    #expect(await refusal.value.isSpeech)
    let fixed = Task { await sounds.prepare(speech, Wording("Goodbye."), Voice(), for: other, isOwn: false) }
    try await engine.begins("Goodbye.")
    try engine.finish("Goodbye.")
    #expect(await fixed.value.isSpeech)
    #expect(try files(in: folder).count == 4)
    // A service that takes the transfer up knows what is its own.
    await sounds.takeUp([own, other])
    #expect(try files(in: folder).count == 4)
    await sounds.discard(own)
    await sounds.discard(other)
    #expect(try files(in: folder).map { $0.hasPrefix("prompts/said-") } == [true, true])
  }
}

/// An engine that ends the process on one text, and speaks any other.
@Suite struct FatalTextTests {
  private static let beep = Recording(samples: Array(repeating: 1_000, count: 2_205), rate: 22_050)

  private static func speak(
    _ text: String,
    _ folder: String,
    _ log: Log,
    dying: Bool = false
  ) async throws -> TransferEvent {
    let speech = try TransferSpeech(folder: folder, log: log, engines: SpeechEngines(SpeechSynthesizer(), log: log)) {
      wording,
      _,
      files,
      name throws(SpokenFileError) in
      if dying { kill(getpid(), SIGKILL) }
      if wording.text == "deadly" { Issue.record("it is spoken again") }
      do throws(SoundFileError) { try files.write(Self.beep, named: name) } catch { throw .file(error) }
      return Self.beep.duration
    }
    let transfer = try #require(TransferID("k1"))
    return await speech.prepare(.briefing(LegID(1)), Wording(text), Voice(), for: transfer, isOwn: true)
  }

  @Test(.timeLimit(.minutes(1)))
  func aTextThatEndsTheProcessIsLeftOut() async throws {
    let folder = URL.temporaryDirectory.appending(path: "fatal-\(UUID().uuidString)").path
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    for _ in 0..<2 {
      await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
        _ = try await Self.speak("deadly", folder, Log(minimum: .error) { _ in }, dying: true)
      }
    }
    // The third run goes on without it, and says so; everything else is spoken as ever.
    let lines = Mutex<[String]>([])
    let log = Log(minimum: .warning) { line in lines.withLock { $0.append(line) } }
    #expect(try await Self.speak("deadly", folder, log).isSpeech == false)
    #expect(lines.withLock { $0 }.contains { $0.contains("more than once") })
    #expect(try await Self.speak("harmless", folder, log).isSpeech)
    #expect(try await Self.speak("deadly", folder, log).isSpeech == false)
  }

  /// A service that is killed while it speaks says the sentence in its next life.
  @Test(.timeLimit(.minutes(1)))
  func oneDeathIsNotHeldAgainstAText() async throws {
    let folder = URL.temporaryDirectory.appending(path: "fatal-\(UUID().uuidString)").path
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    await #expect(processExitsWith: .signal(SIGKILL)) { [folder = folder as String] in
      _ = try await Self.speak("deadly", folder, Log(minimum: .error) { _ in }, dying: true)
    }
    var texts = try FatalTexts(file: folder + "/fatal-texts")
    let wasSpeaking = texts.wasSpeaking
    let again = texts.begin("deadly", Voice())
    texts.end("deadly", Voice())
    #expect(wasSpeaking && again)
    let next = try FatalTexts(file: folder + "/fatal-texts")
    let isSpeaking = next.wasSpeaking
    #expect(!isSpeaking)
  }
}

extension TransferEvent {
  fileprivate var media: SpokenMedia? { if case .speechReady(_, let media) = self { media } else { nil } }
  fileprivate var isSpeech: Bool { if case .speechReady = self { true } else { false } }
}
