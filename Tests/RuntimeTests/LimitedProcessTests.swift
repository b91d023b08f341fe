import Glibc
import Testing

@testable import Runtime

@Suite(.timeLimit(.minutes(1))) struct LimitedProcessTests {
  private static let limits = LimitedProcess.Limits(time: .seconds(20), output: 1_000_000, memory: 1 << 30)

  private func run(
    _ script: String,
    _ input: String = "",
    _ limits: LimitedProcess.Limits = Self.limits
  ) async throws(LimitedProcess.Failure) -> String {
    let child = LimitedProcess("/bin/sh", ["-c", script], limits: limits)
    return String(decoding: try await child.output(of: Array(input.utf8)), as: UTF8.self)
  }

  private func limits(_ change: (inout LimitedProcess.Limits) -> Void) -> LimitedProcess.Limits {
    var limits = Self.limits
    change(&limits)
    return limits
  }

  @Test func whatItIsGivenComesBack() async throws {
    let text = String(repeating: "a line of text\n", count: 30_000)
    #expect(try await run("cat", text) == text)
  }

  /// It would be killed by the broken pipe, and so would this process.
  @Test func aProgramNeedNotReadWhatItIsGiven() async throws {
    #expect(try await run("echo done", String(repeating: "x", count: 1 << 20)) == "done\n")
  }

  @Test func whatItSaysWhenItFailsIsTold() async {
    await #expect(throws: LimitedProcess.Failure.exited(status: 3, said: "no such voice\nmore\n")) {
      try await run("echo 'no such voice' >&2; echo more >&2; exit 3")
    }
  }

  @Test func anotherStatusMayBeGood() async throws {
    let child = LimitedProcess("/bin/sh", ["-c", "echo no; exit 1"], goodStatuses: [0, 1], limits: Self.limits)
    #expect(try await child.output(of: []) == Array("no\n".utf8))
  }

  @Test func aProgramThatIsNotThere() async {
    let child = LimitedProcess("/nowhere/piper", [], limits: Self.limits)
    await #expect(throws: LimitedProcess.Failure.notStarted(SystemError("run /nowhere/piper", code: ENOENT))) {
      _ = try await child.output(of: [])
    }
  }

  @Test func aSlowOneIsKilledWithAllThatItHasStarted() async throws {
    let started = ContinuousClock.now
    let slow = limits { $0.time = .milliseconds(300) }
    await #expect(throws: LimitedProcess.Failure.tooSlow(.milliseconds(300))) {
      try await run("sleep 300 & sleep 300", "", slow)
    }
    // A child that has closed its output is not waited for longer either.
    await #expect(throws: LimitedProcess.Failure.tooSlow(.milliseconds(300))) {
      try await run("exec >/dev/null 2>&1 </dev/null; sleep 300", "", slow)
    }
    #expect(started.duration(to: .now) < .seconds(50))
  }

  @Test func endlessOutputIsCutOff() async {
    let small = limits { $0.output = 5_000 }
    await #expect(throws: LimitedProcess.Failure.tooMuchOutput(limit: 5_000)) { try await run("yes", "", small) }
  }

  @Test func itGetsNoMoreMemoryThanItMay() async {
    let small = limits { $0.memory = 64 << 20 }
    await #expect(throws: LimitedProcess.Failure.self) {
      try await run("head -c 300000000 /dev/zero | tail -c 200000000 | wc -c; [ ${PIPESTATUS:-0} = 9 ]", "", small)
    }
  }

  /// Of this process it knows nothing: no descriptors, no environment, no blocked signals.
  @Test func itKnowsNothingOfThisProcess() async throws {
    let files = try await run("ls /proc/self/fd | wc -l; cd /proc/self; pwd -P >/dev/null; env | sort")
    let lines = files.split(separator: "\n").map(String.init)
    // Its own three, and that of the folder that is listed.
    #expect(lines.first.flatMap { Int($0.filter(\.isNumber)) } == 4)
    #expect(lines.contains("LC_ALL=C.UTF-8") && !lines.contains { $0.hasPrefix("HOME=") })
    let blocked = try await run("grep SigBlk /proc/self/status")
    #expect(blocked == "SigBlk:\t0000000000000000\n")
  }

  @Test func aCancelledTaskEndsIt() async throws {
    let started = ContinuousClock.now
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await #expect(throws: LimitedProcess.Failure.cancelled) { try await run("sleep 300") }
      }
      group.cancelAll()
    }
    #expect(started.duration(to: .now) < .seconds(50))
  }
}
