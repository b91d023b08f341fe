import Foundation
import Runtime
import Testing
import Transfer
import Transport

@testable import Store

/// A database as an earlier version wrote it: with a transfer for each state that a service may be killed in, every
/// event and every effect, and digits everywhere.
@Suite struct EarlierRecordsTests {
  private static let cardNumber = "4929123456781234"
  private let folder: Folder
  private let changes: any RecordChanges

  init() throws {
    folder = try Folder()
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Earlier/version-2.sql")
    try SQLiteConnection.open(folder.journal, .readAndWrite).execute(try String(contentsOf: file, encoding: .utf8))
    changes = try folder.database.open(at: .now()).changes
  }

  private func mend() throws { while try changes.mendEarlierRecords(limit: 2) > 0 {} }

  private func keys(of number: Int) throws -> [String] {
    let record = try #require(try folder.database.reader().record(of: Sample.id(number)))
    return record.events.compactMap { step in
      switch step.event {
      case .caller(.pressed(let key)), .leg(_, .pressed(let key)): key
      default: nil
      }
    }
  }

  @Test func everythingInItIsReadAsItWasMeant() throws {
    let reader = try folder.database.reader()
    let listed = try reader.transfers(since: WallTime(milliseconds: 0), limit: 99)
    #expect(listed.count == 7)
    for case .unreadable(let transfer) in listed { Issue.record("\(transfer)") }
    let unfinished = try reader.unfinished()
    #expect(unfinished.unreadable.isEmpty)
    #expect(Set(unfinished.transfers.map(\.request.id)) == Set(try [2, 3, 6].map { try Sample.id($0) }))
    for number in 1...7 {
      let record = try #require(try reader.record(of: Sample.id(number)))
      #expect(record.isWhole && !record.mayBeBehind)
      // The others are no stories, but show what there can be in one.
      if [1, 2, 3, 6].contains(number) {
        #expect(record.replayed().phase.rawValue == record.events.last?.phase, "transfer \(number)")
      }
    }
    #expect(try reader.undelivered(limit: 99).count == 7 && reader.phases(after: 0, limit: 99).count == 4)
    #expect(try reader.record(of: Sample.id(4))?.events.count == 163)
  }

  @Test func digitsThatHaveDecidedNothingGo() throws {
    #expect(try keys(of: 3).suffix(16).joined() == Self.cardNumber)
    let reader = try folder.database.reader()
    let before = try (1...3).map { try #require(try reader.record(of: Sample.id($0))).replayed() }
    try mend()
    let after = try (1...3).map { try #require(try reader.record(of: Sample.id($0))).replayed() }
    #expect(after == before)
    #expect(try keys(of: 1).suffix(32) == Array(repeating: "", count: 32))
    #expect(try keys(of: 3) == ["1"] + Array(repeating: "", count: 16), "what has decided is told")
    #expect(try keys(of: 2).contains("*"), "half a sequence may still become one")
    #expect(try changes.mendEarlierRecords(limit: 9) == 0, "once is enough")
  }

  @Test func theDigitsAreNotOnTheDiskEither() throws {
    try mend()
    #expect(try changes.eraseRemoved())
    let text = try folder.contents()
    let left = text.matches(of: #/"pressed":\{"_0":"([^"]+)"\}/#).map(\.output.1)
    // Of all transfers; the one with every event has one of each.
    #expect(left.joined().count < 16, "\(left)")
  }

  /// Of one that was redacted when less counted as words.
  @Test func wordsThatWereLeftGoToo() throws {
    let database = try SQLiteConnection.open(folder.journal, .change)
    try database.execute("UPDATE transfers SET is_redacted = 1 WHERE id = 't5'")
    try mend()
    let record = try #require(try folder.database.reader().record(of: Sample.id(5)))
    #expect(record.request.context.reason.isEmpty && record.request.context.nextAction.isEmpty)
    #expect(record.request.context.language == LanguageTag("de"))
    #expect(!(try JSON.text(of: record.request)).contains("closed until Monday"))
  }

  /// A member that a later version knows and this record does not have.
  @Test func whatARecordCouldNotKnowIsAsIfItHadNeverBeenSet() throws {
    let database = try SQLiteConnection.open(folder.journal, .change)
    try database.execute(
      """
      UPDATE transfers SET request = json_remove(request, '$.policy.comfortInterval', '$.policy.voice.pitch',
        '$.context.nextAction', '$.plan.ring._0.targets[1].policy.callsAtOnce') WHERE id = 't1'
      """
    )
    let record = try #require(try folder.database.reader().record(of: Sample.id(1)))
    #expect(record.request.policy.comfortInterval == .zero && record.request.policy.voice.pitch == 50)
    #expect(record.request.context.nextAction == "" && record.request.context.topic == "billing")
    #expect(record.request.policy.optOut == DigitSequence("0"))
  }
}

/// One row that makes no sense.
@Suite struct UnreadableRecordsTests {
  private let folder: Folder
  private let changes: any RecordChanges

  init() throws {
    folder = try Folder()
    changes = try folder.database.open(at: .now()).changes
    for number in 1...4 { _ = try changes.write(try Sample.telling(number, [.requested, .held, .ended])[...]) }
  }

  private func spoil(_ script: String) throws { try SQLiteConnection.open(folder.journal, .change).execute(script) }

  @Test func itHidesNoOtherInALog() throws {
    try spoil(
      #"UPDATE transfers SET request = '{"id":7}' WHERE id = 't2'; UPDATE transfers SET id = 'T 3' WHERE id = 't3'"#
    )
    let reader = try folder.database.reader()
    let all = [
      try reader.transfers(since: WallTime(milliseconds: 0), limit: 9),
      try reader.ended(since: WallTime(milliseconds: 0), before: nil, limit: 9),
    ]
    for listed in all {
      #expect(listed.count == 4)
      let unreadable = listed.compactMap { if case .unreadable(let transfer) = $0 { transfer } else { nil } }
      #expect(Set(unreadable.map(\.id)) == ["t2", "T 3"])
      #expect(unreadable.first { $0.id == "t2" }?.summary?.channel == "caller.2")
      #expect(unreadable.first { $0.id == "T 3" }?.summary == nil)
      #expect(unreadable.allSatisfy { $0.reason.kind == .unusable })
    }
  }

  @Test func itSaysWhichStepItIs() throws {
    try spoil(#"UPDATE events SET event = '{"leg":{}}' WHERE transfer = 't2' AND n = 2"#)
    let reader = try folder.database.reader()
    let error = #expect(throws: JournalError.self) { _ = try reader.record(of: Sample.id(2)) }
    #expect(error?.kind == .unusable && error?.message.hasPrefix("step 2: ") == true)
  }

  @Test func itStopsNeitherThoseWhoListenNorWebhooks() throws {
    try spoil("UPDATE phases SET phase = 'elsewhere' WHERE transfer IN ('t1', 't2')")
    let reader = try folder.database.reader()
    #expect(try reader.phases(after: 0, limit: 3).map(\.id) == [7, 8, 9], "a page of nothing is no end")
    #expect(
      try reader.deliveries(to: "crm", due: Sample.start, limit: 9).map(\.event.transfer.description) == ["t3", "t4"]
    )
  }
}

extension Folder {
  /// All that is on the disk, as text.
  func contents() throws -> String {
    try list().map { file in
      String(decoding: try #require(FileManager.default.contents(atPath: path + "/" + file)), as: UTF8.self)
    }
    .joined()
  }
}
