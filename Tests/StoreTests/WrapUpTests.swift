import MemoryRecords
import Runtime
import Testing
import Transfer

@testable import Store

/// What the person who took a call says of it afterwards.
@Suite struct WrapUpTests {
  enum Kind: CaseIterable { case sqlite, memory }

  private let folder: Folder

  init() throws { folder = try Folder() }

  private func records(_ kind: Kind) throws -> (changes: any RecordChanges, queries: any RecordQueries) {
    let database: any RecordDatabase = kind == .sqlite ? folder.database : MemoryDatabase()
    let records = (try database.open(at: .now()).changes, try database.reader())
    _ = try records.0.write(try Sample.entries(1, count: 3, end: Sample.start)[...])
    return records
  }

  private static let first = WrapUp(.wrongTeam, note: "Wanted \"sales\"; -- é", by: "alice", at: Sample.start)
  private static let second = WrapUp(.resolved, by: "bob", at: Sample.start + .seconds(9))

  @Test(arguments: Kind.allCases)
  func theLastAnswerCounts(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    #expect(try queries.wrapUp(of: Sample.id(1)) == nil)
    for wrapUp in [Self.first, Self.second] {
      #expect(try changes.recordWrapUp(wrapUp, of: Sample.id(1)))
      #expect(try queries.wrapUp(of: Sample.id(1)) == wrapUp)
    }
    #expect(try !changes.recordWrapUp(Self.first, of: Sample.id(2)))
    #expect(try queries.wrapUp(of: Sample.id(2)) == nil)
  }

  @Test(arguments: Kind.allCases)
  func theNoteGoesWithTheWordsAndTheAnswerWithTheTransfer(_ kind: Kind) throws {
    let (changes, queries) = try records(kind)
    _ = try changes.recordWrapUp(Self.first, of: Sample.id(1))
    #expect(try changes.redact(endedBefore: Sample.start + .seconds(1), limit: 9) == 1)
    var without = Self.first
    without.note = ""
    #expect(try queries.wrapUp(of: Sample.id(1)) == without)
    #expect(try changes.purge(endedBefore: Sample.start + .seconds(1), limit: 9) == 1)
    #expect(try queries.wrapUp(of: Sample.id(1)) == nil)
  }
}
