import Foundation
import Runtime
import Synchronization
import Testing
import Transfer

@testable import Store

/// A folder that goes when the test does.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
  }

  var journal: String { path + "/journal.db" }
  var database: SQLiteDatabase { SQLiteDatabase(journal) }

  func list() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

  func size(_ file: String) throws -> Int {
    try #require(FileManager.default.attributesOfItem(atPath: path + "/" + file)[.size] as? Int)
  }
}

enum Sample {
  static let start = WallTime(milliseconds: 1_800_000_000_000)
  static let media = SpokenMedia(file: "speech", length: .seconds(12))
  static let log = Log(minimum: .error) { Issue.record("logged: \($0)") }
  static let silentLog = Log(minimum: .error) { _ in }

  static func id(_ number: Int) throws -> TransferID { try #require(TransferID("t\(number)")) }

  static func target(_ name: String) throws -> Target {
    let digits = { (text: String) in try #require(DigitSequence(text)) }
    var policy = TransferPolicy(
      keys: AnswerKeys(accept: try digits("1"), decline: try digits("*2"), repeat: try digits("3")),
      announcement: try Template(parsing: "I'm connecting you with {target}.[ This takes about {wait}.]"),
      briefing: try Template(parsing: "Call from {caller_name}.[ {summary}] Press {accept_digits}."),
      mergePrompt: try Template(parsing: "Connecting you now.")
    )
    policy.callerID = .fixed(name: "Acme, \"Inc.\"", number: "+18005551212")
    policy.farewells.byCause = [.busy: try Template(parsing: "All are busy."), .noAnswer: .empty]
    policy.machineDetection = .parallel
    policy.optOut = try digits("0")
    policy.comfortInterval = .seconds(20)
    policy.voicemailMessage = try Template(parsing: "Call {caller_number} back.")
    return Target(name: name, spokenName: "the \(name) team", dialString: "PJSIP/\(name)", policy: policy)
  }

  static func request(_ number: Int = 1) throws -> TransferRequest {
    let targets = [try target("alice"), try target("bob")]
    var context = CallContext()
    context.topic = "billing"
    context.summary = "Account 4821 was charged twice."
    context.transcript = "I was charged twice."
    context.facts = [.init(name: "account", value: "4821")]
    return TransferRequest(
      id: try id(number),
      caller: Caller(channel: "caller.\(number)", name: "Jane \"Doe\"\n;é😀", number: "+15551234", isAnswered: false),
      context: context,
      policy: targets[0].policy,
      plan: .ring(Party(name: "support", spokenName: "support", targets: targets, strategy: .all)),
      voiceAgent: "agent.7"
    )
  }

  static func outcome(_ result: Outcome.Result = .returned, _ cause: Outcome.Cause = .busy) -> Outcome {
    Outcome(result: result, cause: cause, target: "alice", wait: .milliseconds(1_234))
  }

  /// `count` entries of one transfer; the last one ends it if `end` is given.
  static func entries(_ number: Int = 1, count: Int = 3, end: WallTime? = nil) throws -> [JournalEntry] {
    let (id, request) = (try id(number), try request(number))
    return (1...count).map { n in
      JournalEntry(
        transfer: id,
        number: n,
        at: n == count ? end ?? start : start,
        phase: .ringing,
        event: n == 1 ? .requested : .leg(LegID(n), .rang),
        effects: n == 1 ? [.prepareSpeech(.announcement, text: "Words of \(number).", Voice())] : [],
        request: n == 1 ? request : nil,
        outcome: n == count && end != nil ? outcome() : nil
      )
    }
  }
}

extension TransferQueries {
  func listed() throws -> [TransferID] {
    try transfers(since: WallTime(milliseconds: 0), limit: 1_000).compactMap(\.summary?.id)
  }
}

extension JournalWriter {
  /// What SQLite alone can do.
  func change<R: Sendable>(
    _ work: @escaping @Sendable (borrowing SQLiteConnection) throws(JournalError) -> R
  ) async throws -> R {
    try await perform { changes throws(JournalError) in
      guard let changes = changes as? SQLiteChanges else { throw JournalError(.other, "not SQLite") }
      return try work(changes.database)
    }
  }

  /// Appends all and waits until they are in the file, or until there is trouble.
  @discardableResult
  func write(_ entries: [JournalEntry]) async throws -> JournalProgress {
    var last: UInt64 = 0
    for entry in entries { last = try append(entry) }
    return try await reached(last)
  }

  func reached(_ number: UInt64) async throws -> JournalProgress {
    for await progress in progress where progress.written >= number || progress.trouble != nil { return progress }
    throw JournalError(.closed, "the journal ended before \(number)")
  }

  /// Waits until they are in the file, whatever happens before.
  func recovered(_ number: UInt64) async throws -> JournalProgress {
    for await progress in progress where progress.written >= number && progress.trouble == nil { return progress }
    throw JournalError(.closed, "the journal ended before \(number)")
  }
}

/// What the journal says of itself.
final class Heard: Sendable {
  private let said = Mutex<[String]>([])

  var lines: [String] { said.withLock { $0 } }

  static func log() -> (Heard, Log) {
    let heard = Heard()
    return (heard, Log(minimum: .info) { line in heard.said.withLock { $0.append(line) } })
  }
}
