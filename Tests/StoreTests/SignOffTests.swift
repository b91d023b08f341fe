import MemoryRecords
import Testing
import Transfer
import Transport

@testable import Store

/// Who was signed off with a call is told with it.
@Suite struct SignOffTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test func itIsTheEventsOwn() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      var entries = try Sample.telling(1, [.ringing, .ended])
      entries[0].notices[0].change = PhaseChange(.ringing, target: "alice", wait: .zero, signedOff: "bob")
      try await writer.write(entries)
      let events = try folder.database.reader().phases(after: 0, limit: 9)
      #expect(events.map(\.change.signedOff) == ["bob", nil])
      #expect(events.map { $0.json["data"]?["signed_off"] } == [.string("bob"), nil])
    }
  }

  /// A record of a version that knew neither priorities nor another time than its own.
  @Test func anEarlierRequestHasTheUsualPriority() throws {
    let request = try #require(try Sample.entries(1)[0].request)
    var json = try #require(try JSON.json(of: request).object)
    #expect(json["priority"] == nil && json["waitingSince"] == nil, "what is usual is not written")
    #expect(try JSON.object(json).decode(TransferRequest.self) == request)
    json["priority"] = 5
    #expect(try JSON.object(json).decode(TransferRequest.self).priority == 5)
  }
}
