import Foundation
import Glibc
import Store
import Runtime
import Synchronization
import Transfer

/// How long an effect waits for its event to be in the journal, with as much going on as a large site ever has.
struct JournalCost {
  private static let transfers = 300
  private static let inFlight = 200
  private static let eventsEach = 50
  private static let pause: Duration = .milliseconds(1)
  private static let rounds = 2
  /// Transfers in the log when its start is measured.
  private static let history = 10_200

  private struct Measured {
    var latencies: [Duration] = []
    var processor = Duration.zero
    var elapsed = Duration.zero
  }

  func run() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("warm-transfer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var (disk, memory, without) = (Measured(), Measured(), Measured())
    for round in 1...Self.rounds {
      try await measure(folder.path + "/\(round).db", into: &disk)
      try await measure(":memory:", into: &memory)
      try await measureWithout(into: &without)
    }
    report(disk, memory, without)
    try await measureStart(folder.path + "/history.db")
    try FileManager.default.removeItem(at: folder)
  }

  private func measure(_ path: String, into measured: inout Measured) async throws {
    let entries = try Self.story()
    try await JournalWriter.withWriter(on: SQLiteDatabase(path), log: .standardError(minimum: .warning)) { writer in
      let appended = Mutex<[ContinuousClock.Instant]>([])
      let before = (processor: Self.processorTime, start: ContinuousClock.now)
      async let latencies = Self.latencies(of: entries.count, in: writer) { number in
        appended.withLock { $0[Int(number) - 1] }
      }
      try await pace(entries) { entry in
        try appended.withLock { appended in
          appended.append(.now)
          _ = try writer.append(entry)
        }
      }
      measured.latencies += await latencies
      measured.processor += Self.processorTime - before.processor
      measured.elapsed += .now - before.start
    }
  }

  /// Only the handing over from one task to another, and the measuring.
  private func measureWithout(into measured: inout Measured) async throws {
    let entries = try Self.story()
    let (events, noted) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
    let before = Self.processorTime
    async let latencies = events.reduce(into: [Duration]()) { $0.append(.now - $1) }
    try await pace(entries) { _ in noted.yield(.now) }
    noted.finish()
    measured.latencies += await latencies
    measured.processor += Self.processorTime - before
  }

  private func pace(_ entries: [JournalEntry], _ happens: (JournalEntry) throws -> Void) async throws {
    var next = ContinuousClock.now
    for entry in entries {
      try happens(entry)
      next += Self.pause
      // A machine that was held up makes up for it at once, as events do that come in bursts.
      if next > .now { try await Task.sleep(until: next) }
    }
  }

  private static func latencies(
    of count: Int,
    in writer: JournalWriter,
    appended: (UInt64) -> ContinuousClock.Instant
  ) async -> [Duration] {
    var latencies: [Duration] = []
    for await progress in writer.progress {
      let now = ContinuousClock.now
      while latencies.count < progress.written { latencies.append(now - appended(UInt64(latencies.count) + 1)) }
      if latencies.count == count { break }
    }
    return latencies
  }

  /// One after the other they begin, and end in the same order, when so many more have begun.
  private static func story(from first: Int = 0) throws -> [JournalEntry] {
    let requests = try (first..<first + transfers).map { try request($0) }
    let steps: [(index: Int, n: Int, turn: Int)] = requests.indices.flatMap { index in
      (1...eventsEach).map { n in (index, n, index * eventsEach + n * inFlight) }
    }
    return steps.sorted { $0.turn < $1.turn }.map { entry($0.n, of: requests[$0.index]) }
  }

  private static func entry(_ n: Int, of request: TransferRequest) -> JournalEntry {
    JournalEntry(
      transfer: request.id,
      number: n,
      at: WallTime(milliseconds: 1_800_000_000_000 + Int64(n)),
      phase: n == eventsEach ? .ended : .briefing,
      event: n == 1 ? .requested : .commandSucceeded(.release(LegID(1))),
      effects: n.isMultiple(of: 5) ? [.prepareSpeech(.briefing(LegID(1)), text: words, Voice())] : [.openBridge],
      request: n == 1 ? request : nil,
      outcome: n == eventsEach
        ? Outcome(result: .connected, cause: .completed, target: "anna", wait: .seconds(9)) : nil
    )
  }

  private static let words = """
    A call from Anna Smith about billing. Account 4821 was charged $49.90 twice on March 3, and she wants one of the \
    two back. Next step: refund the second charge. Press 1 to take the call, 2 to decline.
    """

  private static func request(_ number: Int) throws -> TransferRequest {
    guard let id = TransferID("t\(number)"), let one = DigitSequence("1"), let two = DigitSequence("2"),
      let three = DigitSequence("3")
    else { throw BenchmarkError(description: "no request") }
    let policy = TransferPolicy(
      keys: AnswerKeys(accept: one, decline: two, repeat: three),
      announcement: try Template(parsing: "I'm connecting you with {target}. This usually takes about {wait}."),
      briefing: try Template(parsing: "A call from {caller_name}[ about {topic}].[ {summary}][ Next: {next_action}.]"),
      mergePrompt: try Template(parsing: "Connecting you now.")
    )
    var context = CallContext()
    context.summary = words
    context.transcript = String(repeating: words, count: 5)
    let target = Target(name: "anna", spokenName: "Anna", dialString: "PJSIP/anna", policy: policy)
    return TransferRequest(
      id: id,
      caller: Caller(channel: "1800000000.\(number)", name: "Anna Smith", number: "+15551234", isAnswered: true),
      context: context,
      policy: policy,
      plan: .ring(Party(name: "anna", spokenName: "Anna", targets: [target], strategy: .order))
    )
  }

  private func measureStart(_ path: String) async throws {
    try await JournalWriter.withWriter(on: SQLiteDatabase(path), log: .standardError(minimum: .warning)) { writer in
      for first in stride(from: 0, to: Self.history, by: Self.transfers) {
        var last: UInt64 = 0
        for entry in try Self.story(from: first) { last = try writer.append(entry) }
        for await progress in writer.progress where progress.written >= last { break }
      }
    }
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    let start = ContinuousClock.now
    let (opened, unfinished) = try await JournalWriter.withWriter(
      on: SQLiteDatabase(path),
      log: .standardError(minimum: .warning)
    ) {
      _ in
      let opened = ContinuousClock.now
      let unfinished = try SQLiteDatabase(path).reader().unfinished().transfers.count
      return (opened - start, unfinished)
    }
    let (redacted, forgotten) = try await JournalWriter.withWriter(
      on: SQLiteDatabase(path),
      log: .standardError(minimum: .warning)
    ) {
      writer in
      let end = WallTime(milliseconds: .max)
      return (
        try await bites { try await writer.redact(endedBefore: end) },
        try await bites { try await writer.purge(endedBefore: end) }
      )
    }
    table(
      "Journal: what one bite of retention keeps the writer from its work, \(JournalLimits().bite) such transfers",
      [
        ["ms", "median", "longest"], ["their words", redacted.median.milliseconds, redacted.p99.milliseconds],
        ["all of them", forgotten.median.milliseconds, forgotten.p99.milliseconds],
      ]
    )
    table(
      "Journal: a start with \(Self.history) finished transfers of \(Self.eventsEach) events",
      [
        ["file", "opened, checked, unfinished read", "unfinished", "a transfer in the file"],
        [
          "\(size / 1_000_000) MB", "\(opened.milliseconds) ms", "\(unfinished)",
          "\(decimals(Double(size) / Double(Self.history) / 1_000, 1)) kB",
        ],
      ]
    )
  }

  private func bites(_ bite: () async throws -> Int) async throws -> Figures {
    var lengths: [Duration] = []
    while lengths.count < 50 {
      let start = ContinuousClock.now
      if try await bite() == 0 { break }
      lengths.append(.now - start)
    }
    return Figures(lengths)
  }

  private func report(_ disk: Measured, _ memory: Measured, _ without: Measured) {
    let (onDisk, inMemory) = (Figures(disk.latencies), Figures(memory.latencies))
    table(
      """
      Journal: from the append of an event to the news that it is in the file, \(onDisk.count) events of \
      \(Self.inFlight) transfers in flight, \(Int(Double(onDisk.count) / (disk.elapsed / .seconds(1)))) a second
      """,
      [
        ["ms", "median", "p99", "processor time an event"],
        row("on disk", disk),
        row("in memory", memory),
        row("no journal", without),
        ["disk / memory", decimals(onDisk.median / inMemory.median, 2), decimals(onDisk.p99 / inMemory.p99, 2)],
        ["goal", "0.200 at most"],
      ]
    )
  }

  private func row(_ title: String, _ measured: Measured) -> [String] {
    let figures = Figures(measured.latencies)
    return [title]
      + [figures.median, figures.p99, measured.processor / figures.count].map {
        decimals($0 / .milliseconds(1), 3)
      }
  }

  private static var processorTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
