import Foundation
import Store
import Lab
import Runtime
import TestSupport
import Testing
import Transfer

/// The service's own life: start, settings, Asterisk away.
@Suite(.lab, .serialized) struct ServiceTests {
  let lab: Lab

  init() throws { lab = try Lab.current() }

  private static let target = """
    [alice]
    type = target
    dial = PJSIP/accept-alice@trunk

    """

  private static let busy = """
    [transfer]
    announcement =
    return_message = Nobody is here.

    [bea]
    type = target
    dial = PJSIP/busy-bea@trunk

    """

  @Test func aBadFileChangesNothingAndSaysWhy() async throws {
    let service = try ServiceProcess.start(Self.target, in: lab, name: "reload")
    try await service.logged("info ready")
    try ServiceProcess.write("[transfer]\nring_timout = 5\n[bob]\ntype = target\n", to: service.configuration, lab)
    service.send(SIGHUP)
    try await service.logged("did you mean 'ring_timeout'?")
    try await service.logged("settings not reloaded")
    let call = try await lab.call()
    try await call.agent().time(of: .ringing)
    try await call.hangUp()

    try ServiceProcess.write(Self.target.replacing("alice", with: "carol"), to: service.configuration, lab)
    service.send(SIGHUP)
    try await service.logged("settings reloaded")
    let next = try await lab.call()
    try await lab.agent(named: "carol").time(of: .ringing)
    try await next.hangUp()
    #expect(try await service.stop())
  }

  @Test func aWrongPasswordIsCalledThat() async throws {
    let service = try ServiceProcess.start(Self.target + "[general](+)\nari_password = wrong\n", in: lab, name: "wrong")
    let line = try await service.logged("Asterisk rejected the user name or password")
    #expect(line.contains("error"))
    try await Task.sleep(for: .seconds(2))
    #expect(try service.lines().filter { $0.contains("rejected") }.count == 1)
    #expect(try await service.stop())
  }

  @Test func systemdIsToldHowItIs() async throws {
    let systemd = try NotificationSocket("@warm-transfer-\(UUID().uuidString)")
    let environment = ["NOTIFY_SOCKET": systemd.name, "WATCHDOG_USEC": "500000"]
    let service = try ServiceProcess.start(Self.target, in: lab, name: "notify", environment: environment)
    #expect(try await systemd.hears("READY=1").contains("STATUS=ready: Asterisk"))
    try await systemd.hears("WATCHDOG=1")
    service.send(SIGHUP)
    try await systemd.hears("RELOADING=1\nMONOTONIC_USEC=")
    try await systemd.hears("READY=1")
    try await systemd.hears("WATCHDOG=1")
    #expect(try await service.stop())
    try await systemd.hears("STOPPING=1")
  }

  /// Nobody who starts it has to wait for Asterisk.
  @Test func withoutAsteriskItIsUpAndWaits() async throws {
    let systemd = try NotificationSocket("@warm-transfer-\(UUID().uuidString)")
    let sections = Self.target + "[general](+)\nari_url = http://127.0.0.1:1\n"
    let service = try ServiceProcess.start(
      sections,
      in: lab,
      name: "alone",
      environment: ["NOTIFY_SOCKET": systemd.name]
    )
    #expect(try await systemd.hears("READY=1").contains("STATUS=waiting for Asterisk"))
    #expect(try await service.stop())
  }

  @Test func whatHappenedIsListedAndTold() async throws {
    let service = try ServiceProcess.start(Self.busy, in: lab, name: "told")
    try await service.logged("info ready")
    let call = try await lab.call(variables: ["WT_SUMMARY": "Account 4821 was charged twice."])
    let outcome = try await call.returned()
    try await call.hangUp()
    try await service.logged("info transfer ended")
    let list = try service.ask("list", "--since", "5m")
    #expect(list.count == 2)
    #expect(list.last?.contains(outcome.transferID) == true && list.last?.contains("RETURNED  BUSY") == true)
    let story = try service.ask("show", outcome.transferID)
    #expect(story.contains { $0.contains("Account 4821 was charged twice.") })
    #expect(story.contains { $0.contains("person 1 (PJSIP/busy-bea@trunk): gone, cause 17") })
    #expect(story.contains { $0.contains("the caller hears \"Nobody is here.\"") })
    #expect(try service.ask("show", "nosuchid") == ["no transfer 'nosuchid' in the journal"])
    #expect(try await service.stop())
  }

  @Test func whatIsOldLeavesTheJournalWhenItStarts() async throws {
    let service = try ServiceProcess.start(Self.busy, in: lab, name: "old")
    try await service.logged("info ready")
    let call = try await lab.call()
    let outcome = try await call.returned()
    try await call.hangUp()
    #expect(try await service.stop())

    let id = try #require(TransferID(outcome.transferID))
    let journal = service.data.appendingPathComponent("journal.sqlite").path
    let record = try #require(try SQLiteDatabase(journal).reader().record(of: id))
    try await addHundreds(like: record, days: 91, to: journal)
    let again = try service.again()
    try await again.logged("old transfers purged transfers=300")
    let list = try again.ask("list")
    #expect(list.count == 2 && list.last?.contains(outcome.transferID) == true)
    #expect(try await again.stop())
  }

  private func addHundreds(like record: RecordedTransfer, days: Int, to journal: String) async throws {
    let time = WallTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) + .seconds(-days * 24 * 3_600)
    try await JournalWriter.withWriter(on: SQLiteDatabase(journal), log: .standardError(minimum: .warning)) { writer in
      var last: UInt64 = 0
      for number in 1...300 {
        var request = record.request
        request.id = try #require(TransferID("old\(number)"))
        last = try writer.append(
          JournalEntry(
            transfer: request.id,
            number: 1,
            at: time,
            phase: .ended,
            event: .requested,
            request: request,
            outcome: Outcome(result: .returned, cause: .busy, target: "bea", wait: .zero)
          )
        )
      }
      for await progress in writer.progress where progress.written >= last { break }
    }
  }

  @Test func anAsteriskThatIsAwayIsWaitedForAndSaidOnce() async throws {
    try lab.pbx.kill()
    let service = try ServiceProcess.start(Self.target, in: lab, name: "away")
    try await service.logged("waiting for Asterisk")
    try await Task.sleep(for: .seconds(2))
    #expect(try service.lines().filter { $0.contains("waiting for Asterisk") }.count == 1)
    try await lab.pbx.restart()
    try await service.logged("info ready", within: .seconds(20))
    let call = try await lab.call()
    try await call.agent().time(of: .talking, within: .seconds(20))
    try await call.hangUp()
    #expect(try await call.ended().result == "CONNECTED")
    #expect(try await service.stop())
  }
}

extension NotificationSocket {
  /// The next datagram that begins so.
  @discardableResult
  fileprivate func hears(_ start: String, within limit: Duration = .seconds(10)) async throws -> String {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if let datagram = next() {
        if datagram.hasPrefix(start) { return datagram }
      } else {
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    throw LabError(.timedOut, "systemd was not told \(start)")
  }
}
