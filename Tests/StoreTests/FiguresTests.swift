import MemoryRecords
import Testing
import Transfer

@testable import Store

/// Figures by SQL against the same counted one by one.
@Suite struct FiguresTests {
  private static let day: Duration = .seconds(86_400)
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func question(_ by: FiguresQuestion.Grouping? = nil, _ change: (inout FiguresQuestion) -> Void = { _ in })
    -> FiguresQuestion
  {
    var question = FiguresQuestion(
      from: Sample.start + Self.day * -1,
      to: Sample.start + Self.day * 90,
      by: by,
      repeatCallLimit: Self.day * 7,
      now: Sample.start + Self.day * 40
    )
    change(&question)
    return question
  }

  @Test func aStoryIsCounted() throws {
    let journal = try AccountedJournal(in: folder)
    try journal.addStory(1)
    try journal.account()
    let report = try journal.queries.figures(question(.target))
    let total = report.total
    #expect(total.transfers == 1 && total.firstTransfers == 1 && total.connected == 1 && total.offered == 1)
    #expect(total.settled == 1 && total.resolved == 1, "nobody has said anything, and the caller did not come again")
    #expect(total.wait.count == 1 && total.talk.count == 1 && total.timeToAccept.count == 1)
    #expect(total.timeToAccept.mean == .milliseconds(5_000), "four steps of the story")
    #expect(report.groups.map(\.name) == ["bob"] && report.groups[0].figures.calls == nil)
    #expect(report.endings == [.init(result: "CONNECTED", cause: "COMPLETED", transfers: 1)])
    #expect(report.judgements == [.init(verdict: .machine, key: .none, calls: 1)])
  }

  /// Each of these is another sentence of the definition.
  @Test(arguments: AccountedJournal.Kind.allCases)
  func firstCallResolution(_ kind: AccountedJournal.Kind) throws {
    let settled: [(WrapUp.Answer?, again: Int?, daysPassed: Int, settled: Int, resolved: Int)] = [
      (nil, nil, 8, 1, 1), (nil, nil, 6, 0, 0), (.resolved, nil, 0, 1, 1), (.notResolved, nil, 8, 1, 0),
      (.wrongTeam, nil, 8, 1, 0), (nil, 6, 6, 1, 0), (.resolved, 6, 6, 1, 0), (nil, 8, 9, 1, 1),
    ]
    for (answer, again, days, settled, resolved) in settled {
      let folder = try Folder()
      let journal = try AccountedJournal(kind, in: folder)
      try journal.addStory(1)
      try journal.account()
      if let answer {
        _ = try journal.changes.recordWrapUp(.init(answer, by: "bob", at: Sample.start), of: Sample.id(1))
      }
      if let again {
        // Written in another way, and refused: they came again all the same.
        try add(2, to: journal, at: Sample.start + Self.day * again, .returned, .noTarget, number: "0015551234")
      }
      let question = question { $0.now = Sample.start + Self.day * days + .seconds(60) }
      let total = try journal.queries.figures(question).total
      #expect(total.settled == settled && total.resolved == resolved, "\(answer as Any) \(again as Any) \(days)")
    }
  }

  @Test(arguments: AccountedJournal.Kind.allCases)
  func whoIsCalledBackIsNotCountedOnceMore(_ kind: AccountedJournal.Kind) throws {
    let journal = try AccountedJournal(kind, in: folder)
    try journal.addStory(1)
    var request = try Sample.request(2)
    request.policy.callback.dial = DialPattern("PJSIP/*@trunk")
    let promise = CallbackPromise(number: request.caller.number)
    let callback = try #require(request.callback(promise, askedAt: "", waitingSince: nil, at: Sample.start))
    let outcome = Outcome(result: .connected, cause: .completed, target: "bob", wait: .seconds(3_000))
    let entry = JournalEntry(
      transfer: callback.id,
      number: 1,
      at: Sample.start + .seconds(3_600),
      phase: .ended,
      event: .requested,
      request: callback,
      outcome: outcome,
      notices: [PhaseNotice(PhaseChange(.ended, outcome), webhooks: [])]
    )
    #expect(try journal.changes.write([entry]).refusals.isEmpty)
    try journal.account()
    let report = try journal.queries.figures(question(.target))
    #expect(report.total.transfers == 1 && report.total.wait.count == 1 && report.endings.count == 1)
    #expect(report.total.cameAgain == 0, "nor has the caller come again: they were called")
    #expect(try journal.records().count == 2, "it is in the audit trail all the same")
  }

  @Test(arguments: AccountedJournal.Kind.allCases)
  func whoHasNoNumberDoesNotComeAgain(_ kind: AccountedJournal.Kind) throws {
    let journal = try AccountedJournal(kind, in: folder)
    for number in 1...2 {
      try add(number, to: journal, at: Sample.start + .seconds(number * 3_600), .connected, .completed, number: "")
    }
    let total = try journal.queries.figures(question()).total
    #expect(total.connected == 2 && total.cameAgain == 0 && total.settled == 0)
  }

  private func add(
    _ number: Int,
    to journal: AccountedJournal,
    at time: WallTime,
    _ result: Outcome.Result,
    _ cause: Outcome.Cause,
    number caller: String,
    topic: String = "billing",
    tries: Int = 0
  ) throws {
    var request = try Sample.request(number)
    request.caller.number = caller
    request.context.topic = topic
    request.tries = tries
    let target = ["alice", "bob", nil][number % 3]
    let outcome = Outcome(result: result, cause: cause, target: target, wait: .milliseconds(number * 333))
    let entry = JournalEntry(
      transfer: request.id,
      number: 1,
      at: time,
      phase: .ended,
      event: .requested,
      request: request,
      outcome: outcome,
      notices: [PhaseNotice(PhaseChange(.ended, outcome), webhooks: [])]
    )
    #expect(try journal.changes.write([entry]).refusals.isEmpty)
    try journal.account()
  }

  @Test func sqlCountsAsOneWouldByHand() throws {
    let pairs = try AccountedJournal.Kind.allCases.map { try AccountedJournal($0, in: folder) }
    let zone = TimeZoneTable.utc
    var random = SplitMix(state: 13)
    let results: [(Outcome.Result, Outcome.Cause)] = [
      (.connected, .completed), (.connected, .completed), (.returned, .busy), (.returned, .disabled),
      (.abandoned, .callerHangup), (.voicemail, .noAnswer),
    ]
    for number in 1...120 {
      let (result, cause) = results.randomElement(using: &random) ?? results[0]
      let time = Sample.start + .seconds(number * 7_000)
      let caller = ["+15551", "0015551", "+15552", "+15553", ""].randomElement(using: &random) ?? ""
      let topic = ["billing", "sales", ""].randomElement(using: &random) ?? ""
      let answer = (WrapUp.Answer.allCases + [nil, nil, nil]).randomElement(using: &random) ?? nil
      let tries = Int.random(in: 0...1, using: &random)
      for journal in pairs {
        try add(number, to: journal, at: time, result, cause, number: caller, topic: topic, tries: tries)
        if let answer { _ = try journal.changes.recordWrapUp(.init(answer, by: "b", at: time), of: Sample.id(number)) }
        try journal.changes.countCalls(3, about: topic, in: LocalHour(time, in: zone))
      }
    }
    for journal in pairs { for number in 121...125 { try journal.addStory(number) } }
    for journal in pairs { try journal.account() }
    for by in FiguresQuestion.Grouping.allCases + [nil] {
      for limit in [200, 3] {
        let question = question(by) { question in
          question.groups = limit
          if limit == 3 { question.to = Sample.start + .seconds(400_000) }
          question.now = Sample.start + Self.day * 9
        }
        let (bySQL, byHand) = (try pairs[0].queries.figures(question), try pairs[1].queries.figures(question))
        #expect(bySQL.total == byHand.total && bySQL.endings == byHand.endings && bySQL.isCut == byHand.isCut)
        #expect(bySQL.judgements == byHand.judgements && bySQL.groups.map(\.name) == byHand.groups.map(\.name))
        for (left, right) in zip(bySQL.groups, byHand.groups) { #expect(left == right, "by \(by as Any)") }
      }
    }
  }

  @Test func figuresGoWithTheirTransfers() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      let journal = try AccountedJournal(in: folder)
      try journal.addStory(1)
      try journal.account()
      try await writer.countCalls(4, about: "x", in: LocalHour(Sample.start + .seconds(-3_600), in: .utc))
      #expect(try journal.queries.figures(question()).total.calls == 4)
      _ = try await writer.purge(endedBefore: Sample.start + .seconds(1_000))
      let report = try journal.queries.figures(question())
      var empty = Figures()
      empty.calls = 0
      #expect(report.total == empty && report.judgements.isEmpty)
    }
  }

  @Test func quantiles() {
    var spread = Spread()
    #expect(spread.quantile(0.5) == nil && spread.mean == nil && spread.atMost(.seconds(1)) == 0)
    for (steps, count) in [(1, 5), (10, 4), (100, 1)] { spread.add(count, steps: steps) }
    #expect(spread.quantile(0.5) == .milliseconds(100) && spread.quantile(0.9) == .seconds(1))
    #expect(spread.quantile(1) == .seconds(10) && spread.mean == .milliseconds(1_450) && spread.count == 10)
    #expect(spread.atMost(.seconds(1)) == 9)
  }

  @Test func hoursOfTheCalendar() {
    let hour = LocalHour(WallTime(milliseconds: 1_800_001_234_567), in: .utc)  // 2027-01-15T08:20:34.567Z
    #expect(hour.day == "2027-01-15" && hour.hour == 8 && hour.begin.milliseconds == 1_800_000_000_000)
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    let mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    return mixed ^ (mixed >> 27)
  }
}
