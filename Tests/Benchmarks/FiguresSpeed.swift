import Foundation
import Glibc
import Runtime
import Store
import Transfer

/// How long figures of a hundred thousand transfers take to be asked, and what it costs the journal's thread that they and
/// the audit trail are kept.
struct FiguresSpeed {
  private static let transfers = 100_000
  private static let bite = 1_000
  private static let rounds = 5
  private static let begin = WallTime(milliseconds: 1_780_000_000_000)

  func run() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("warm-transfer-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let database = SQLiteDatabase(folder.path + "/journal.db")
    let start = ContinuousClock.now
    let costs = try fill(try database.open(at: .now()).changes)
    let filled = ContinuousClock.now - start
    let queries = try database.reader()
    var rows = [["by", "median ms", "slowest ms", "processor ms", "groups"]]
    for grouping in [nil] + FiguresQuestion.Grouping.allCases.map({ Optional($0) }) {
      rows.append(try measure(queries, by: grouping))
    }
    rows.append(try measureAudit(queries))
    table("Figures of \(Self.transfers) transfers (written in \(filled.seconds) s)", rows)
    report(costs)
    try FileManager.default.removeItem(at: folder)
  }

  private func measure(_ queries: any RecordQueries, by grouping: FiguresQuestion.Grouping?) throws -> [String] {
    let question = FiguresQuestion(
      from: Self.begin,
      to: Self.begin + .seconds(400 * 86_400),
      by: grouping,
      repeatCallLimit: .seconds(7 * 86_400),
      now: Self.begin + .seconds(400 * 86_400)
    )
    var (times, processor): ([Duration], [Duration]) = ([], [])
    var groups = 0
    for _ in 1...Self.rounds {
      let (start, before) = (ContinuousClock.now, Self.threadTime)
      let report = try queries.figures(question)
      times.append(.now - start)
      processor.append(Self.threadTime - before)
      groups = report.groups.count
      guard report.total.transfers == Self.transfers else { throw BenchmarkError(description: "transfers are missing") }
    }
    let figures = Figures(times)
    return [
      grouping?.rawValue ?? "all", figures.median.milliseconds, figures.p99.milliseconds,
      Figures(processor).median.milliseconds, "\(groups)",
    ]
  }

  /// All of it, page by page, and looked through.
  private func measureAudit(_ queries: any RecordQueries) throws -> [String] {
    let start = ContinuousClock.now
    var verification = AuditVerification()
    while case let page = try queries.auditRecords(after: verification.head?.number ?? 0, limit: 500), !page.isEmpty {
      for record in page { verification.read(record, line: 0) }
      if verification.count >= 10_000 { break }
    }
    verification.finish()
    guard verification.findings.isEmpty else { throw BenchmarkError(description: "the audit trail is not intact") }
    return ["10,000 audit records verified", (ContinuousClock.now - start).milliseconds, "", "", ""]
  }

  /// Of what the journal's thread does: the steps of a transfer, and what is kept of it when it has ended.
  private struct Costs {
    var steps: [Duration] = []
    var accounts: [Duration] = []
    var bites: [Duration] = []
  }

  private func report(_ costs: Costs) {
    let rows = [("one step of a transfer", costs.steps), ("audit record and figures of one transfer", costs.accounts)]
    table(
      "Journal's thread, processor time, with up to \(Self.transfers) transfers there already",
      [["ms", "mean", "p99"]]
        + rows.map { name, times in
          let mean = times.reduce(.zero, +) / max(1, times.count)
          return [name, decimals(mean / .milliseconds(1), 3), decimals(Figures(times).p99 / .milliseconds(1), 3)]
        }
        + [["five at once, by the clock", "", Figures(costs.bites).p99.milliseconds]]
    )
  }

  private static var threadTime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// A step each in the journal, and all of a call for what is counted.
  private func fill(_ changes: any RecordChanges) throws -> Costs {
    var costs = Costs()
    for first in stride(from: 0, to: Self.transfers, by: Self.bite) {
      var entries: [JournalEntry] = []
      var accounts: [TransferAccount] = []
      for number in first..<first + Self.bite {
        let (request, time) = (try request(number), Self.begin + .seconds(number * 300))
        let events = Self.events.enumerated().map { index, event in
          RecordedTransfer.Event(
            number: index + 1,
            at: time + .milliseconds(index * (700 + number % 900)),
            phase: "",
            kind: "",
            event: event,
            effects: []
          )
        }
        let end = time + .milliseconds(Self.events.count * 1_500)
        let outcome = Self.outcomes[number % Self.outcomes.count]
        entries.append(
          JournalEntry(
            transfer: request.id,
            number: 1,
            at: time,
            phase: .ended,
            event: .requested,
            request: request,
            outcome: outcome,
            notices: []
          )
        )
        var summary = TransferSummary(request, at: time)
        (summary.endedAt, summary.target, summary.wait) = (end, outcome.target, outcome.wait)
        (summary.result, summary.cause) = (outcome.result, outcome.cause)
        let record = RecordedTransfer(request: request, events: events)
        accounts.append(
          TransferAccount(EndedTransfer(place: Int64(number + 1), summary: summary, record: record), in: .utc)
        )
      }
      var before = Self.threadTime
      _ = try changes.write(entries[...])
      costs.steps.append((Self.threadTime - before) / Self.bite)
      for five in stride(from: 0, to: accounts.count, by: 5) {
        let start = ContinuousClock.now
        before = Self.threadTime
        try changes.write(Array(accounts[five..<five + 5]))
        costs.accounts.append((Self.threadTime - before) / 5)
        costs.bites.append(.now - start)
      }
      for account in accounts where account.place % 3 == 0 {
        let answer = WrapUp.Answer.allCases[Int(account.place) % 5 % 3]
        _ = try changes.recordWrapUp(WrapUp(answer, by: "anna", at: Self.begin), of: account.transfer)
      }
      try changes.countCalls(5_000, about: "topic \(first % 7)", in: LocalHour(Self.begin, in: .utc))
    }
    return costs
  }

  private static let leg = LegID(1)
  private static let events: [TransferEvent] = [
    .requested, .caller(.enteredHold), .granted("anna"), .leg(leg, .rang), .leg(leg, .answered),
    .leg(leg, .detected(Transfer.Detection(.human, cause: ""))), .leg(leg, .pressed("1")), .leg(leg, .enteredTalk),
    .leg(leg, .ended(.normal)), .caller(.left),
  ]
  private static let outcomes = [
    Outcome(result: .connected, cause: .completed, target: "anna", wait: .seconds(17)),
    Outcome(result: .connected, cause: .completed, target: "ben", wait: .milliseconds(9_300)),
    Outcome(result: .returned, cause: .noAnswer, target: "anna", wait: .seconds(61)),
    Outcome(result: .abandoned, cause: .callerHangup, target: nil, wait: .milliseconds(33_700)),
  ]

  private func request(_ number: Int) throws -> TransferRequest {
    guard let id = TransferID("t\(number)"), let one = DigitSequence("1"), let two = DigitSequence("2"),
      let three = DigitSequence("3")
    else { throw BenchmarkError(description: "no request") }
    let policy = TransferPolicy(
      keys: AnswerKeys(accept: one, decline: two, repeat: three),
      announcement: .empty,
      briefing: .empty,
      mergePrompt: .empty
    )
    var context = CallContext()
    context.topic = "topic \(number % 40)"
    let target = Target(name: "anna", spokenName: "Anna", dialString: "PJSIP/anna", policy: policy)
    return TransferRequest(
      id: id,
      caller: Caller(channel: "1800000000.\(number)", name: "", number: "+1555\(number % 60_000)", isAnswered: true),
      context: context,
      policy: policy,
      plan: .ring(Party(name: "anna", spokenName: "Anna", targets: [target], strategy: .order))
    )
  }
}
