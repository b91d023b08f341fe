import MemoryRecords
import Runtime
import Testing
import Transfer

@testable import Store

/// What is known of calls that have not come yet.
@Suite struct BriefTests {
  enum Kind: CaseIterable { case sqlite, memory }

  private let folder: Folder
  private let brief: Brief

  init() throws {
    folder = try Folder()
    var context = CallContext()
    context.summary = "Charged twice."
    context.facts = [.init(name: "Tier", value: "gold")]
    brief = Brief(target: "billing", priority: 3, context: context, postedBy: "robot")
  }

  private func changes(_ kind: Kind) throws -> any RecordChanges {
    let database: any RecordDatabase = kind == .sqlite ? folder.database : MemoryDatabase()
    return try database.open(at: .now()).changes
  }

  private func time(_ milliseconds: Int64) -> WallTime { WallTime(milliseconds: milliseconds) }

  @Test(arguments: Kind.allCases)
  func oneCallHasItAsOftenAsItAsks(_ kind: Kind) throws {
    let changes = try changes(kind)
    #expect(try changes.keep(brief, as: "a", until: time(100), most: 9, at: time(0)))
    #expect(try changes.useBrief("b", for: "caller.1", at: time(1)) == nil)
    #expect(try changes.useBrief("a", for: "caller.1", at: time(1)) == brief)
    #expect(try changes.useBrief("a", for: "caller.2", at: time(2)) == nil)
    #expect(try changes.useBrief("a", for: "caller.1", at: time(99)) == brief)
  }

  @Test(arguments: Kind.allCases)
  func nobodyHasItWhenItsTimeIsUp(_ kind: Kind) throws {
    let changes = try changes(kind)
    _ = try changes.keep(brief, as: "a", until: time(100), most: 9, at: time(0))
    #expect(try changes.useBrief("a", for: "caller.1", at: time(100)) == nil)
    #expect(try changes.purgeBriefs(over: time(99)) == 0)
    #expect(try changes.purgeBriefs(over: time(100)) == 1)
  }

  @Test(arguments: Kind.allCases)
  func thereAreNotMoreThanMayBe(_ kind: Kind) throws {
    let changes = try changes(kind)
    #expect(try changes.keep(brief, as: "a", until: time(100), most: 1, at: time(0)))
    #expect(try !changes.keep(brief, as: "b", until: time(200), most: 1, at: time(99)))
    #expect(try changes.keep(brief, as: "b", until: time(200), most: 1, at: time(100)))
  }
}
