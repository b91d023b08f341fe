import MemoryRecords
import Runtime
import Testing
import Transfer

@testable import Store

@Suite struct CallTokenRecordTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static func time(_ milliseconds: Int64) -> WallTime { WallTime(milliseconds: milliseconds) }

  @Test(arguments: BrowserRecordTests.Kind.allCases)
  func tokensOfCallsAreFoundAgainUntilTheirTimeIsOver(_ kind: BrowserRecordTests.Kind) throws {
    let database: any RecordDatabase = kind == .sqlite ? folder.database : MemoryDatabase()
    let (changes, queries) = (try database.open(at: .now()).changes, try database.reader())
    let tokens = (1...3).map { StoredCallToken(digest: "\($0)", channel: "c\($0)", until: Self.time($0 * 100)) }
    for token in tokens { try changes.keep(token, over: Self.time(0)) }
    #expect(try queries.callTokens(lastingBeyond: Self.time(100), limit: 9) == Array(tokens[1...]))
    #expect(try queries.callTokens(lastingBeyond: Self.time(0), limit: 2) == Array(tokens[1...]))
    try changes.keep(StoredCallToken(digest: "4", channel: "d", until: Self.time(900)), over: Self.time(300))
    #expect(try queries.callTokens(lastingBeyond: Self.time(0), limit: 9).map(\.digest) == ["4"])
  }

  @Test(arguments: BrowserRecordTests.Kind.allCases)
  func triggersAreCountedByTheHour(_ kind: BrowserRecordTests.Kind) throws {
    let database: any RecordDatabase = kind == .sqlite ? folder.database : MemoryDatabase()
    let (changes, queries) = (try database.open(at: .now()).changes, try database.reader())
    let hour = { (hours: Int64) in LocalHour(Self.time(hours * 3_600_000), in: .utc) }
    for name in ["a", "b", "b"] { try changes.countTrigger(name, in: hour(10)) }
    try changes.countTrigger("a", in: hour(20))
    let question = { (from: Int64, to: Int64) in
      FiguresQuestion(
        from: Self.time(from * 3_600_000),
        to: Self.time(to * 3_600_000),
        repeatCallLimit: .seconds(1),
        now: Self.time(0)
      )
    }
    #expect(
      try queries.figures(question(10, 12)).triggers == [.init(trigger: "b", count: 2), .init(trigger: "a", count: 1)]
    )
    #expect(try queries.figures(question(0, 30)).triggers.map(\.count) == [2, 2])
    #expect(try queries.figures(question(12, 15)).triggers.isEmpty)
  }
}
