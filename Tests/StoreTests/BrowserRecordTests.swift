import MemoryRecords
import Runtime
import Testing
import Transfer

@testable import Store

@Suite struct BrowserRecordTests {
  enum Kind: CaseIterable { case sqlite, memory }

  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test(arguments: Kind.allCases)
  func thoseWhoAreSignedInAreFoundAgainUntilTheirTimeIsOver(_ kind: Kind) throws {
    let database: any RecordDatabase = kind == .sqlite ? folder.database : MemoryDatabase()
    let (changes, queries) = (try database.open(at: .now()).changes, try database.reader())
    let time = { (milliseconds: Int64) in WallTime(milliseconds: milliseconds) }
    let link = SignIn(digest: "a", kind: .link, holder: "ann", until: time(100))
    let agent = SignIn(digest: "b", kind: .agent, holder: "ann", until: time(300))
    let token = SignIn(digest: "c", kind: .token, holder: "crm", tokenDigest: "d", until: time(200))
    try changes.change(adding: [link, token], removing: [], over: time(0))
    try changes.change(adding: [agent], removing: ["a"], over: time(0))
    #expect(try queries.signIns(lastingBeyond: time(50), limit: 9) == [agent, token])
    #expect(try queries.signIns(lastingBeyond: time(200), limit: 9) == [agent])
    #expect(try queries.signIns(lastingBeyond: time(50), limit: 1) == [agent])
    try changes.change(adding: [], removing: [], over: time(200))
    #expect(try queries.signIns(lastingBeyond: time(0), limit: 9) == [agent])
  }

  @Test(arguments: Kind.allCases)
  func theLatestConversationsAndWhoHasWrappedUp(_ kind: Kind) throws {
    let database: any RecordDatabase = kind == .sqlite ? folder.database : MemoryDatabase()
    let (changes, queries) = (try database.open(at: .now()).changes, try database.reader())
    var story = try NotedStory()
    story.runs()
    _ = try changes.write(story.entries[...])
    let end = try #require(story.entries.last?.at)
    let found = try queries.conversations(endedSince: end, limit: 9)
    #expect(found.map(\.target) == ["bob"] && found.map(\.endedAt) == [end] && !found[0].isWrappedUp)
    #expect(try queries.conversations(endedSince: end + .milliseconds(1), limit: 9).isEmpty)
    #expect(try changes.recordWrapUp(WrapUp(.resolved, by: "bob", at: end), of: found[0].transfer))
    #expect(try queries.conversations(endedSince: end, limit: 9).map(\.isWrappedUp) == [true])
  }
}
