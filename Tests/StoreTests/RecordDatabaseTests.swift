import MemoryRecords
import Runtime
import Testing
import Transfer

@testable import Store

/// What is asked of every database, and has the same answer from each.
@Suite struct RecordDatabaseTests {
  enum Kind: CaseIterable { case sqlite, memory }

  private static let beginning = WallTime(milliseconds: 0)
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func records(_ kind: Kind) throws -> (changes: any RecordChanges, queries: any RecordQueries) {
    let database: any RecordDatabase = kind == .sqlite ? folder.database : MemoryDatabase()
    return (try database.open(at: .now()).changes, try database.reader())
  }

  @Test(arguments: Kind.allCases)
  func aTransferIsReadAsItWasWritten(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    var story = try NotedStory()
    story.runs()
    for count in 1...story.entries.count {
      #expect(try changes.write(story.entries[(count - 1)..<count]).refusals.isEmpty)
      let record = try #require(try queries.record(of: Sample.id(1)))
      #expect(record.replayed() == story.states[count - 1])
      #expect(try record.request == Sample.request() && record.isWhole && !record.mayBeBehind)
      #expect(try queries.unfinished().transfers == (count < story.entries.count ? [record] : []))
    }
    let summary = try #require(try queries.summary(of: Sample.id(1)))
    #expect(summary.result == .connected && summary.target == "bob" && summary.party == "support")
    #expect(summary.endedAt == story.entries.last?.at && summary.requestedAt == story.entries.first?.at)
    #expect(try queries.record(of: Sample.id(2)) == nil && queries.summary(of: Sample.id(2)) == nil)
  }

  @Test(arguments: Kind.allCases)
  func whatContradictsIsRefusedAlone(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    let stranger = try Sample.entries(7).suffix(1)
    let written = try changes.write(try Sample.entries(1) + stranger + Sample.entries(1).suffix(1) + Sample.entries(2))
    #expect(try written.refusals.map(\.transfer) == [Sample.id(7), Sample.id(1)])
    #expect(written.refusals.allSatisfy { $0.reason.kind == .contradiction })
    #expect(try queries.unfinished().transfers.map(\.events.count) == [3, 3])
  }

  @Test(arguments: Kind.allCases)
  func pagesOfThoseThatAreOver(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    for number in [3, 1, 4, 2] { _ = try changes.write(try story(number, at: number / 2)[...]) }
    _ = try changes.write(try Sample.entries(9)[...])
    let page = { (since: Int, place: TransferPlace?) in
      try queries.ended(since: Sample.start + .seconds(since), before: place, limit: 2).compactMap(\.summary?.id)
    }
    // 4 began two seconds after the start, 3 and 2 one second, 1 with it.
    #expect(try page(0, nil) == [Sample.id(4), Sample.id(3)])
    #expect(try page(0, TransferPlace(Sample.start + .seconds(1), Sample.id(3))) == [Sample.id(2), Sample.id(1)])
    #expect(try page(1, TransferPlace(Sample.start + .seconds(1), Sample.id(3))) == [Sample.id(2)])
    #expect(try queries.transfers(since: Sample.start + .seconds(1), limit: 9).compactMap(\.summary?.id).count == 3)
    let all = try queries.transfers(since: Self.beginning, limit: 2).compactMap(\.summary?.id)
    #expect(all == [try Sample.id(4), try Sample.id(2)])
  }

  @Test(arguments: Kind.allCases)
  func transfersOfAChannel(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    for number in 1...2 { _ = try changes.write(try story(number, at: number)[...]) }
    var open = try Sample.entries(3)
    open[1].event = .caller(.becameChannel("caller.9"))
    _ = try changes.write(open[...])
    let found = { (channel: String, seconds: Int) in
      try queries.transfers(ofChannel: channel, since: Sample.start + .seconds(seconds)).map(\.id)
    }
    #expect(try found("caller.1", 0) == [Sample.id(1)])
    #expect(try found("caller.1", 11) == [Sample.id(1)])
    #expect(try found("caller.1", 12) == [], "it was over before that")
    #expect(try found("caller.3", 99) == [Sample.id(3)] && found("caller.9", 99) == [Sample.id(3)])
    #expect(try found("caller", 0) == [])
  }

  @Test(arguments: Kind.allCases)
  func waitsOfThoseWhoWereJoinedLately(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    for number in 1...6 {
      var entries = try story(number, at: number)
      // Who was called back has waited for nobody.
      if number == 6 { entries[0].request?.caller.channel = "" }
      let result: Outcome.Result = number == 3 ? .returned : .connected
      entries[1].outcome = Outcome(result: result, cause: .completed, target: "alice", wait: .seconds(number))
      _ = try changes.write(entries[...])
    }
    let waits = { (limit: Int) in try queries.recentWaits(limit: limit) }
    #expect(try waits(9).map(\.wait) == [.seconds(1), .seconds(2), .seconds(4), .seconds(5)])
    #expect(try waits(2).map(\.wait) == [.seconds(4), .seconds(5)] && waits(2).map(\.party) == ["support", "support"])
    let requested = try queries.summary(of: Sample.id(5))?.requestedAt
    #expect(try waits(1).map(\.joinedAt) == [#require(requested) + .seconds(5)])
  }

  @Test(arguments: Kind.allCases)
  func whatMayBeBehindIsCalledThat(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    for number in 1...2 { _ = try changes.write(try Sample.entries(number)[...]) }
    try changes.noteBehind([try Sample.id(2), try Sample.id(7)])
    #expect(try queries.unfinished().transfers.map(\.mayBeBehind) == [false, true])
    try changes.noteAllBehind()
    #expect(try queries.unfinished().transfers.map(\.mayBeBehind) == [true, true])
    var gap = try Sample.entries(3)
    gap.remove(at: 1)
    _ = try changes.write(gap[...])
    #expect(try queries.record(of: Sample.id(3))?.mayBeBehind == true)
  }

  @Test(arguments: Kind.allCases)
  func oldOnesGoInBitesAndTheirWordsBeforeThem(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    for number in 1...5 { _ = try changes.write(try story(number, at: number)[...]) }
    _ = try changes.write(try Sample.entries(9)[...])
    let later = Sample.start + .seconds(14)
    var bites: [Int] = []
    repeat { bites.append(try changes.redact(endedBefore: later, limit: 2)) } while bites.last != 0
    #expect(bites == [2, 1, 0])
    let summaries = try (1...5).map { try queries.record(of: Sample.id($0))?.request.context.summary.isEmpty }
    #expect(summaries == [true, true, true, false, false])
    #expect(try changes.purge(endedBefore: later, limit: 9) == 3 && changes.purge(endedBefore: later, limit: 9) == 0)
    #expect(try queries.listed() == [Sample.id(5), Sample.id(4), Sample.id(9)])
    #expect(try changes.eraseRemoved() && changes.mendEarlierRecords(limit: 9) == 0)
  }

  @Test(arguments: Kind.allCases)
  func eventsForThoseWhoFollow(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    #expect(try queries.lastPhase() == 0)
    let written = try changes.write(try Sample.telling(1, [.requested, .connected, .ended])[...])
    #expect(try written.lastEvent == 3 && queries.lastPhase() == 3)
    let phases = try queries.phases(after: 1, limit: 9)
    #expect(phases.map(\.change.phase) == [.connected, .ended] && phases.map(\.id) == [2, 3])
    #expect(phases.allSatisfy { $0.context?.topic == "billing" && $0.party == "support" })
    #expect(try queries.phases(after: 0, limit: 1).map(\.context) == [nil])
    #expect(try changes.purge(endedBefore: Sample.start + .seconds(1), limit: 1) == 1)
    #expect(try queries.phases(after: 0, limit: 9).isEmpty && queries.undelivered(limit: 9).isEmpty)
    #expect(try changes.write(try Sample.telling(2, [.requested])[...]).lastEvent == 4, "no number is given twice")
  }

  @Test(arguments: Kind.allCases)
  func oneDeliveryAfterTheOther(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    for number in 1...2 { _ = try changes.write(try Sample.telling(number, [.requested, .held])[...]) }
    let due = { (seconds: Int) in
      try queries.deliveries(to: "crm", due: Sample.start + .seconds(seconds), limit: 9).map(\.id)
    }
    #expect(try due(0) == [1, 3] && due(-1) == [])
    try changes.settle(1, .postponed(until: Sample.start + .seconds(5), failure: "status 500"), at: Sample.start)
    #expect(try due(0) == [3] && due(5) == [3, 1])
    #expect(try queries.nextDelivery(after: Sample.start) == Sample.start + .seconds(5))
    try changes.settle(3, .delivered, at: Sample.start)
    try changes.settle(1, .givenUp(failure: "gone"), at: Sample.start)
    #expect(try due(0) == [2, 4] && queries.undelivered(limit: 9).map(\.attempts) == [2, 0, 0])
    #expect(try changes.giveUp(besides: ["board"], at: Sample.start, limit: 1) == 1)
    #expect(try due(0) == [4] && queries.undelivered(limit: 1).first?.gaveUpAt == Sample.start)
  }

  @Test(arguments: Kind.allCases)
  func deadLettersAreTakenUpByHand(_ kind: Kind) throws {
    let database: any RecordDatabase = kind == .sqlite ? folder.database : MemoryDatabase()
    let changes = try database.open(at: .now()).changes
    for number in 1...2 { _ = try changes.write(try Sample.telling(number, [.requested])[...]) }
    for delivery in [1, 2] as [Int64] { try changes.settle(delivery, .givenUp(failure: "gone"), at: Sample.start) }
    #expect(try database.retryDeliveries(7, at: Sample.start) == 0)
    #expect(try database.retryDeliveries(1, at: Sample.start) == 1)
    #expect(try database.retryDeliveries(nil, at: Sample.start) == 1)
    #expect(try database.reader().deliveries(to: "crm", due: Sample.start, limit: 9).map(\.attempts) == [0, 0])
  }

  @Test(arguments: Kind.allCases)
  func aTransferThatIsWrittenOffEnds(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    _ = try changes.write(try Sample.telling(1, [.requested])[...])
    try changes.writeOff("t1", Sample.outcome(), at: Sample.start, telling: ["crm"])
    #expect(try queries.unfinished().transfers.isEmpty)
    #expect(try queries.phases(after: 1, limit: 9).map(\.change) == [PhaseChange(.ended, Sample.outcome())])
    #expect(try queries.undelivered(limit: 9).count == 2)
  }

  /// Two steps, requested so many seconds after the start and over ten seconds later.
  private func story(_ number: Int, at seconds: Int) throws -> [JournalEntry] {
    var entries = try Sample.entries(number, count: 2, end: Sample.start + .seconds(seconds + 10))
    entries[0].at = Sample.start + .seconds(seconds)
    return entries
  }
}
