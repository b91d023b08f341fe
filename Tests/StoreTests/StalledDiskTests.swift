import Foundation
import MemoryRecords
import Runtime
import Synchronization
import TestSupport
import Testing
import Transfer

@testable import Store

/// A disk that takes nothing and does not say why not, and what is known afterwards of what was let through meanwhile.
@Suite struct StalledDiskTests {
  private let folder: Folder
  private let disk: HangingDisk

  init() throws {
    folder = try Folder()
    disk = HangingDisk(folder.database)
  }

  private static func limits() -> JournalLimits {
    var limits = JournalLimits()
    limits.patience = .milliseconds(300)
    return limits
  }

  private func marker() throws -> String {
    String(decoding: try #require(FileManager.default.contents(atPath: folder.journal + ".behind")), as: UTF8.self)
  }

  @Test func aDiskThatHangsIsTroubleUntilItGoesOn() async throws {
    let (heard, log) = Heard.log()
    try await JournalWriter.withWriter(on: disk, limits: Self.limits(), log: log) { writer in
      try await writer.write(try Sample.entries(1))
      disk.hang()
      let before = ContinuousClock.now
      let stalled = try await writer.write(try Sample.entries(2))
      #expect(stalled.trouble?.kind == .stalled && stalled.written == 3)
      #expect(ContinuousClock.now - before >= .milliseconds(300))
      _ = try writer.append(try Sample.entries(3)[0])
      disk.goOn()
      #expect(try await writer.recovered(7) == JournalProgress(written: 7))
    }
    #expect(heard.lines.contains { $0.contains("does not respond") })
    #expect(heard.lines.last?.contains("writable again") == true)
  }

  @Test func whoDiesThenLeavesAMark() async throws {
    let copy = try Folder()
    try await JournalWriter.withWriter(on: disk, limits: Self.limits(), log: Sample.silentLog) { writer in
      try await writer.write(try Sample.entries(1) + Sample.entries(2, end: Sample.start))
      #expect(try marker() == "0")
      disk.hang()
      _ = try await writer.write([try Sample.entries(1, count: 4)[3]])
      try await until { try marker() == "1" }
      for file in try folder.list() where !file.hasSuffix("-shm") {
        try FileManager.default.copyItem(atPath: folder.path + "/" + file, toPath: copy.path + "/" + file)
      }
      disk.goOn()
      _ = try await writer.recovered(7)
      try await until { try marker() == "0" }
      let whole = try folder.database.reader().record(of: Sample.id(1))
      #expect(whole?.mayBeBehind == false, "all of it is there")
    }
    // The second time the mark has gone, and what was noted of it has not.
    for _ in 1...2 {
      try await JournalWriter.withWriter(on: copy.database, limits: .unhurried, log: Sample.silentLog) { _ in
        let left = try copy.database.reader()
        let (unfinished, over) = (try left.unfinished().transfers, try left.record(of: Sample.id(2)))
        #expect(unfinished.map(\.mayBeBehind) == [true] && over?.mayBeBehind == false)
      }
    }
  }

  @Test func whatFoundNoRoomIsMissingForGood() async throws {
    var limits = Self.limits()
    limits.waiting = 2
    try await JournalWriter.withWriter(on: disk, limits: limits, log: Sample.silentLog) { writer in
      _ = try writer.append(try Sample.entries(1)[0])
      _ = try await writer.reached(1)
      disk.hang()
      let entries = try Sample.entries(1, count: 4)
      for entry in entries[1...2] { _ = try writer.append(entry) }
      let error = #expect(throws: JournalError.self) { try writer.append(entries[3]) }
      #expect(error?.kind == .overflow)
      _ = try await writer.reached(9)
      disk.goOn()
      _ = try await writer.recovered(3)
    }
    let record = try #require(try folder.database.reader().record(of: Sample.id(1)))
    #expect(record.events.map(\.number) == [1, 2, 3] && record.mayBeBehind)
  }
}

/// A database on a disk that can be held up.
private final class HangingDisk: RecordDatabase {
  private let database: any RecordDatabase
  private let gate = Mutex<Runtime.Semaphore?>(nil)

  init(_ database: any RecordDatabase) { self.database = database }

  func hang() { gate.withLock { $0 = Runtime.Semaphore() } }

  func goOn() {
    gate.withLock { gate in
      gate?.signal()
      gate = nil
    }
  }

  func pass() { gate.withLock { $0 }?.wait() }

  func open(at now: Timestamp) throws(JournalError) -> sending OpenedRecords {
    OpenedRecords(HangingChanges(try database.open(at: now).changes, self))
  }

  func reader() throws(JournalError) -> sending any RecordQueries { try database.reader() }

  func retryDeliveries(_ delivery: Int64?, at now: WallTime) throws(JournalError) -> Int {
    try database.retryDeliveries(delivery, at: now)
  }

  var behindMarker: String? { database.behindMarker }
}

private final class HangingChanges: RecordChanges {
  private let changes: any RecordChanges
  private let disk: HangingDisk

  init(_ changes: any RecordChanges, _ disk: HangingDisk) {
    self.changes = changes
    self.disk = disk
  }

  func write(_ entries: ArraySlice<JournalEntry>) throws(JournalError) -> WrittenEntries {
    disk.pass()
    return try changes.write(entries)
  }

  func writeOff(
    _ transfer: String,
    _ outcome: Outcome,
    at time: WallTime,
    telling webhooks: [String]
  ) throws(JournalError) {
    try changes.writeOff(transfer, outcome, at: time, telling: webhooks)
  }

  func markMessage(of transfer: TransferID, heardAt time: WallTime?) throws(JournalError) -> Bool {
    try changes.markMessage(of: transfer, heardAt: time)
  }

  func removeMessage(of transfer: TransferID) throws(JournalError) -> Bool {
    try changes.removeMessage(of: transfer)
  }

  func noteBehind(_ transfers: Set<TransferID>) throws(JournalError) { try changes.noteBehind(transfers) }
  func noteAllBehind() throws(JournalError) { try changes.noteAllBehind() }

  func purge(endedBefore time: WallTime, limit: Int) throws(JournalError) -> Int {
    try changes.purge(endedBefore: time, limit: limit)
  }

  func redact(endedBefore time: WallTime, limit: Int) throws(JournalError) -> Int {
    try changes.redact(endedBefore: time, limit: limit)
  }

  func recordWrapUp(_ wrapUp: WrapUp, of transfer: TransferID) throws(JournalError) -> Bool {
    try changes.recordWrapUp(wrapUp, of: transfer)
  }

  func countTrigger(_ name: String, in hour: LocalHour) throws(JournalError) {
    try changes.countTrigger(name, in: hour)
  }

  func keep(_ token: StoredCallToken, over now: WallTime) throws(JournalError) {
    try changes.keep(token, over: now)
  }

  func change(adding new: [SignIn], removing digests: [String], over now: WallTime) throws(JournalError) {
    try changes.change(adding: new, removing: digests, over: now)
  }

  func settle(_ delivery: Int64, _ outcome: DeliveryOutcome, at now: WallTime) throws(JournalError) {
    try changes.settle(delivery, outcome, at: now)
  }

  func giveUp(besides webhooks: [String], at time: WallTime, limit: Int) throws(JournalError) -> Int {
    try changes.giveUp(besides: webhooks, at: time, limit: limit)
  }

  func write(_ accounts: [TransferAccount]) throws(JournalError) { try changes.write(accounts) }

  func purgeAudit(before time: WallTime, limit: Int) throws(JournalError) -> Int {
    try changes.purgeAudit(before: time, limit: limit)
  }

  func countCalls(_ count: Int, about topic: String, in hour: LocalHour) throws(JournalError) {
    try changes.countCalls(count, about: topic, in: hour)
  }

  func keep(_ brief: Brief, as digest: String, until end: WallTime, most: Int, at now: WallTime) throws(JournalError)
    -> Bool
  { try changes.keep(brief, as: digest, until: end, most: most, at: now) }

  func useBrief(_ digest: String, for channel: String, at now: WallTime) throws(JournalError) -> Brief? {
    try changes.useBrief(digest, for: channel, at: now)
  }

  func purgeBriefs(over now: WallTime) throws(JournalError) -> Int { try changes.purgeBriefs(over: now) }

  var wantsQuiet: Bool { changes.wantsQuiet }
  func tidy(isQuiet: Bool) throws(JournalError) -> Bool { try changes.tidy(isQuiet: isQuiet) }
  func close() throws(JournalError) { try changes.close() }
  func eraseRemoved() throws(JournalError) -> Bool { try changes.eraseRemoved() }
  func purgeSetAside(before time: WallTime) throws(JournalError) -> Int { try changes.purgeSetAside(before: time) }
  func mendEarlierRecords(limit: Int) throws(JournalError) -> Int { try changes.mendEarlierRecords(limit: limit) }
}
