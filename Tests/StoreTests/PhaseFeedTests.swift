import MemoryRecords
import Testing
import Transfer

@testable import Store

@Suite struct PhaseFeedTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func withReader(_ body: (JournalWriter, RecordReader) async throws -> Void) async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      try await RecordReader.withReader(of: folder.database, beside: writer) { reader in try await body(writer, reader)
      }
    }
  }

  private static func take(_ count: Int, of feed: PhaseFeed) async throws -> [Int64] {
    var ids: [Int64] = []
    for try await event in feed {
      ids.append(event.id)
      if ids.count == count { break }
    }
    return ids
  }

  @Test func whoComesBackMissesNothingAndHearsNothingTwice() async throws {
    try await withReader { writer, reader in
      for number in 1...60 { try await writer.write(try Sample.telling(number, [.requested, .held])) }
      let feed = try await reader.events(after: 17)
      async let heard = Self.take(120 + 80 - 17, of: feed)
      // While the listener reads what was there already.
      for number in 61...100 { try await writer.write(try Sample.telling(number, [.requested, .held])) }
      #expect(try await heard == Array(18...200))
    }
  }

  /// Who reads the journal may be ahead of the news of it.
  @Test func whatIsKnownAlreadyIsNoEnd() async {
    for _ in 1...50 {
      let news = PhaseNews()
      async let isMore = news.wait(beyond: 5)
      for _ in 1...20 { await Task.yield() }
      news.note(4)
      news.note(5)
      for _ in 1...20 { await Task.yield() }
      news.note(6)
      #expect(await isMore)
    }
  }

  @Test func whoComesForTheFirstTimeHearsWhatComes() async throws {
    try await withReader { writer, reader in
      try await writer.write(try Sample.telling(1, [.requested]))
      let feed = try await reader.events()
      try await writer.write(try Sample.telling(2, [.requested, .held]))
      #expect(try await Self.take(2, of: feed) == [2, 3])
    }
  }

  /// From a journal that was set aside since.
  @Test func whoNamesAnEventThatNeverWasHearsEverything() async throws {
    try await withReader { writer, reader in
      try await writer.write(try Sample.telling(1, [.requested, .held]))
      #expect(try await Self.take(2, of: try await reader.events(after: 5_000)) == [1, 2])
    }
  }

  @Test func whoHasHeardAllWaitsUntilTheyGo() async throws {
    try await withReader { _, reader in
      let feed = try await reader.events()
      let heard = try await withThrowingTaskGroup(of: [Int64].self) { group in
        group.addTask { try await Self.take(1, of: feed) }
        group.cancelAll()
        return try await group.next()
      }
      #expect(heard == [])
    }
  }

  @Test func theStreamEndsWithTheJournal() async throws {
    let news = PhaseNews()
    async let more = news.wait(beyond: 0)
    news.end()
    #expect(await more == false)
    #expect(await news.wait(beyond: 0) == false)
  }

  @Test func newsThatCameBeforeSomebodyWaitedAreNews() async {
    let news = PhaseNews()
    news.note(3)
    #expect(await news.wait(beyond: 2))
    news.note(2)
    #expect(news.latest == 3)
  }

  @Test func manyListenersAtOnce() async throws {
    try await withReader { writer, reader in
      let feed = try await reader.events()
      try await withThrowingTaskGroup(of: [Int64].self) { group in
        for _ in 1...50 { group.addTask { try await Self.take(20, of: feed) } }
        for number in 1...10 { try await writer.write(try Sample.telling(number, [.requested, .held])) }
        for try await heard in group { #expect(heard == Array(1...20)) }
      }
    }
  }
}
