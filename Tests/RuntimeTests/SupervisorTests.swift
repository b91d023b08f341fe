import Foundation
import TestSupport
import Testing

@testable import Runtime

@Suite struct SupervisorTests {
  private static let names = [
    URL.temporaryDirectory.appending(path: "notify-\(UUID().uuidString)").path, "@warm-transfer-\(UUID().uuidString)",
  ]

  @Test(arguments: names) func newsComeAsOneDatagram(_ name: String) async throws {
    let listener = try NotificationSocket(name)
    let supervisor = Supervisor(socket: name)
    try await supervisor.tell([.ready, .status("waiting for Asterisk\nMAINPID=1")])
    try await supervisor.tell([.stopping])
    #expect(listener.next() == "READY=1\nSTATUS=waiting for Asterisk MAINPID=1")
    #expect(listener.next() == "STOPPING=1")
    #expect(listener.next() == nil)
  }

  @Test func aReloadSaysWhenItBegan() async throws {
    let listener = try NotificationSocket("@warm-transfer-\(UUID().uuidString)")
    let before = nanoseconds()
    try await Supervisor(socket: listener.name).tell([.reloading])
    let lines = try #require(listener.next()).split(separator: "\n")
    #expect(lines.first == "RELOADING=1")
    let time = try #require(lines.last?.split(separator: "=").last.flatMap { Int64($0) })
    #expect((before / 1_000...nanoseconds() / 1_000).contains(time))
  }

  private func nanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  @Test func itIsAliveOnlyWhenTheServiceHasAnswered() async throws {
    let listener = try NotificationSocket("@warm-transfer-\(UUID().uuidString)")
    let supervisor = Supervisor(socket: listener.name, watchdogMicroseconds: "3000000", watchdogProcess: "\(getpid())")
    var pauses: [Duration] = []
    await #expect(throws: CancellationError.self) {
      try await supervisor.keepPosted { pause in
        #expect(listener.next() == "WATCHDOG=1")
        pauses.append(pause)
        if pauses.count == 3 { throw CancellationError() }
      } after: {
        #expect(listener.next() == nil)
      }
    }
    #expect(pauses == Array(repeating: .milliseconds(1_500), count: 3))
  }

  /// Each of them returns at once.
  @Test(arguments: [nil, "", "0", "soon"]) func whoDoesNotListenForItIsNotToldSo(_ microseconds: String?) async throws {
    let listener = try NotificationSocket("@warm-transfer-\(UUID().uuidString)")
    try await Supervisor(socket: listener.name, watchdogMicroseconds: microseconds).keepPosted {}
    try await Supervisor(socket: listener.name, watchdogMicroseconds: "1000", watchdogProcess: "1").keepPosted {}
    try await Supervisor(socket: nil, watchdogMicroseconds: "1000").keepPosted {}
    #expect(listener.next() == nil)
  }

  @Test func nobodyHearsNothing() async throws {
    try await Supervisor.nobody.tell([.ready])
  }

  @Test(arguments: [
    ("/nowhere/at/all", ENOENT), ("relative", EAFNOSUPPORT), ("/" + String(repeating: "a", count: 200), ENAMETOOLONG),
  ])
  func aSocketThatIsNoneIsAnError(_ name: String, _ code: CInt) async throws {
    let error = await #expect(throws: SystemError.self) { try await Supervisor(socket: name).tell([.ready]) }
    #expect(error?.code == code)
  }
}
