import Foundation
import MemoryRecords
import Testing
import Transfer

@testable import Store

@Suite struct RetentionTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// Ten that ended one second after the other, and one that goes on.
  private func withJournal(_ body: (JournalWriter) async throws -> Void) async throws {
    var limits = JournalLimits.unhurried
    limits.bite = 4
    try await JournalWriter.withWriter(on: folder.database, limits: limits, log: Sample.log) { writer in
      for number in 1...10 {
        try await writer.write(try Sample.entries(number, count: 5, end: Sample.start + .seconds(number)))
      }
      try await writer.write(try Sample.entries(11))
      try await body(writer)
    }
  }

  @Test func oldTransfersGoInBites() async throws {
    try await withJournal { writer in
      let limit = Sample.start + .seconds(8)
      var bites: [Int] = []
      repeat { bites.append(try await writer.purge(endedBefore: limit)) } while bites.last != 0
      #expect(bites == [4, 3, 0])
      let reader = try folder.database.reader()
      #expect(Set(try reader.listed()) == Set(try (8...11).map { try Sample.id($0) }))
      let events: Int64 = try await writer.change { database throws(JournalError) in
        try database.value("SELECT count(*) FROM events")
      }
      #expect(events == 3 * 5 + 3)
    }
  }

  @Test func whatIsNotOverIsNeverOld() async throws {
    try await withJournal { writer in
      let later = Sample.start + .seconds(1_000_000)
      while try await writer.purge(endedBefore: later) > 0 {}
      while try await writer.redact(endedBefore: later) > 0 {}
      let left = try folder.database.reader().unfinished().transfers
      #expect(left.map(\.request) == [try Sample.request(11)])
    }
  }

  @Test func wordsGoAndTheRecordStays() async throws {
    try await withJournal { writer in
      let limit = Sample.start + .seconds(8)
      var bites: [Int] = []
      repeat { bites.append(try await writer.redact(endedBefore: limit)) } while bites.last != 0
      #expect(bites == [4, 3, 0])
      let reader = try folder.database.reader()
      let record = try #require(try reader.record(of: Sample.id(7)))
      var expected = try Sample.request(7)
      (expected.context.summary, expected.context.transcript, expected.context.facts) = ("", "", [])
      #expect(record.request == expected)
      #expect(record.events.map(\.number) == [1, 2, 3, 4, 5])
      #expect(record.events.first?.effects == [.prepareSpeech(.announcement, text: "", Voice())])
      #expect(try reader.record(of: Sample.id(8))?.request == Sample.request(8))
    }
  }

  @Test func whatOthersHaveAddedGoesToo() async throws {
    let party = Party(name: "team", spokenName: "the team", targets: [], strategy: .order)
    let fact = CallContext.Fact(name: "tier", value: "gold")
    let heard: [TransferEvent] = [.summarized("Jane wants it."), .dispatched(.ring(party, facts: [fact]))]
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      var entries = try Sample.entries(1, count: 4, end: Sample.start)
      for (n, event) in heard.enumerated() { entries[n + 1].event = event }
      try await writer.write(entries)
      #expect(try await writer.redact(endedBefore: Sample.start + .seconds(1)) == 1)
    }
    let record = try #require(try folder.database.reader().record(of: Sample.id(1)))
    #expect(record.events[1...2].map(\.event) == [.summarized(""), .dispatched(.ring(party, facts: []))])
  }

  /// Not only out of sight: out of the file.
  @Test func whatWasRedactedIsGoneFromTheDisk() async throws {
    try await withJournal { writer in
      while try await writer.redact(endedBefore: Sample.start + .seconds(99)) > 0 {}
      while try await writer.purge(endedBefore: Sample.start + .seconds(5)) > 0 {}
    }
    let text = String(decoding: try #require(FileManager.default.contents(atPath: folder.journal)), as: UTF8.self)
    #expect(text.contains("Words of 11."))
    #expect(text.split(separator: "charged twice").count == 3, "the summary and the transcript of one request")
    for number in 1...10 { #expect(!text.contains("Words of \(number).")) }
  }

  @Test func whatCannotBeReadIsNotKept() async throws {
    try await withJournal { writer in
      try await writer.change { database throws(JournalError) in
        try database.execute("UPDATE transfers SET request = '{\"context\":' WHERE id = 't1'")
      }
      let redacted = try await writer.redact(endedBefore: Sample.start + .seconds(2))
      #expect(redacted == 1)
      let request: String = try await writer.change { database throws(JournalError) in
        try database.value("SELECT request FROM transfers WHERE id = 't1'")
      }
      #expect(request == "null")
    }
  }
}
