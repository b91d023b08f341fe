import ARI
import Runtime
import Settings
import Store
import Synchronization
import Transfer
import Transport

/// `warm-transfer doctor --call TARGET`.
///
/// The running service carries the call out, as it does any other: what is tried here is the way that callers go, from
/// the dialplan to the join. Only the caller is none: a Local channel whose other end is held here.
package enum TestCall {
  package struct Mistake: Error, Equatable {
    package let message: String
  }

  private static let farewell = "This was a test call. It works. Thank you, and goodbye."
  private static let context = "wt-doctor"
  private static let pace: Duration = .milliseconds(200)
  /// How long the service may take to notice the caller.
  private static let arrival: Duration = .seconds(6)
  /// Beyond what the settings allow a caller to wait.
  private static let grace: Duration = .seconds(60)

  package static func report(
    on name: String,
    configuration: String,
    telling tell: @escaping @Sendable (String) -> Void
  ) async throws -> TestCallReport {
    let settings = try Settings.load(configuration, from: .onDisk)
    guard let party = settings.party(named: name) else {
      let known = settings.targets.map(\.name) + settings.groups.map(\.name)
      throw Mistake(message: "there is no target or group '\(name.onOneLine)'\(suggestion(for: name, among: known))")
    }
    if let obstacle = try await obstacle(to: party, settings) { return TestCallReport(name, obstacle) }
    return try await HTTPClient.withClient(Doctor.connections(settings)) { http in
      try await withSignals { signals in
        try await withThrowingTaskGroup(of: TestCallReport?.self) { group in
          let isStopped = StopSign()
          group.addTask {
            for await _ in signals { isStopped.set() }
            return nil
          }
          group.addTask {
            try await DoctorConnection.with(settings.ari, over: http) { connection in
              try await TestCaller(name, party, settings, connection, isStopped).report(telling: tell)
            }
          }
          defer { group.cancelAll() }
          while let result = try await group.next() {
            if let result { return result }
          }
          throw CancellationError()
        }
      }
    }
  }

  /// What makes a call useless from the start.
  private static func obstacle(to party: Party, _ settings: Settings) async throws -> Finding? {
    if case .refuse(let cause) = party.plan {
      let why = cause == .disabled ? "enabled = no" : "require_caller_id = yes, without a caller_id"
      return .fail("call", "\(party.name) is never rung: \(why)", mend: "Change that in the settings.")
    }
    do {
      let status = try await RunningService.with(dataDirectory: settings.general.dataDirectory) {
        try await $0.status()
      }
      guard !status.isReady else { return nil }
      return .fail(
        "call",
        "the service is not ready: \(status.troubles.joined(separator: ", "))",
        mend: "Run: warm-transfer doctor"
      )
    } catch let failure as RunningService.Failure {
      let mend =
        if case .notRunning = failure {
          "It is the service that calls. Start it: systemctl start warm-transfer"
        } else {
          "Run doctor as root or as the service's user."
        }
      return .fail("call", "\(failure)", mend: mend)
    }
  }

  final class StopSign: Sendable {
    private let isRaised = Mutex(false)
    func set() { isRaised.withLock { $0 = true } }
    var isSet: Bool { isRaised.withLock { $0 } }
  }

  /// One call, from its first ring to its end.
  private struct TestCaller {
    let name: String
    let party: Party
    let settings: Settings
    let connection: DoctorConnection
    let isStopped: StopSign

    init(
      _ name: String,
      _ party: Party,
      _ settings: Settings,
      _ connection: DoctorConnection,
      _ isStopped: StopSign
    ) {
      (self.name, self.party, self.settings, self.connection, self.isStopped) =
        (name, party, settings, connection, isStopped)
    }

    /// Held here; the caller is the other half.
    private var channel: String { connection.name + "-end" }
    private var caller: String { connection.name + "-caller" }
    private var policy: TransferPolicy { party.targets.count == 1 ? party.targets[0].policy : settings.transfer }

    func report(telling tell: @Sendable (String) -> Void) async throws -> TestCallReport {
      tell(
        "calling \(party.targets.map(\.dialString).joined(separator: ", ")) as \(name); keys that take the call: "
          + policy.keys.accept.digits
      )
      do throws(ARIError) {
        try await connection.ari.channels.originate(origination)
      } catch {
        return TestCallReport(name, Self.notPlaced(error))
      }
      do {
        let report = try await follow(telling: tell)
        await hangUp()
        return report
      } catch {
        await hangUp()
        throw error
      }
    }

    private var origination: ARIChannels.Origination {
      var origination = ARIChannels.Origination(endpoint: "Local/s@\(TestCall.context)/n", channelID: channel)
      origination.otherChannelID = caller
      origination.timeout = TestCall.arrival
      origination.variables = [
        "WT_TARGET": name, "WT_CALLER_NAME": "warm-transfer", "WT_REASON": "This is a test call.",
        "WT_SUMMARY": "There is no caller.",
      ]
      return origination
    }

    private func follow(telling tell: @Sendable (String) -> Void) async throws -> TestCallReport {
      let journal = try JournalReport.open(settings.database)
      var steps = TestCallSteps()
      let start = ContinuousClock.now
      let end = start + policy.holdTimeout + TestCall.grace
      var hasThanked = false
      while ContinuousClock.now < end, !isStopped.isSet {
        if let summary = try steps.look(into: journal, forCaller: caller, telling: tell) {
          return TestCallReport(name, summary, steps.lines)
        }
        if steps.transfer == nil, ContinuousClock.now - start > TestCall.arrival {
          return TestCallReport(name, Self.notTaken, steps.lines)
        }
        if steps.areConnected, !hasThanked {
          hasThanked = true
          await thank()
          await hangUp()
        }
        try await Task.sleep(for: TestCall.pace)
      }
      let words = isStopped.isSet ? "stopped" : "the transfer did not end in time"
      return TestCallReport(
        name,
        .fail("call", words, mend: "warm-transfer list shows what became of it."),
        steps.lines
      )
    }

    /// What is played to this end is what the person hears of the caller. Without it the call ends without a word.
    private func thank() async {
      do {
        let sound = try await TestSound.write(
          TestCall.farewell,
          as: connection.name,
          in: settings.general.soundsDirectory
        )
        defer { sound.remove() }
        let playback = connection.name + "-farewell"
        let media = sound.media(in: settings.general.soundsDirectoryInAsterisk)
        try await connection.ari.channels.play(media, to: channel, as: playback)
        _ = try await connection.events.wait(sound.length + .seconds(3)) { connection.events.end(ofPlayback: playback) }
      } catch {
        // That the person took the call is what counts; what Asterisk can play is told by doctor itself.
      }
    }

    private func hangUp() async {
      do throws(ARIError) {
        try await connection.ari.channels.hangUp(channel)
      } catch {
        // Gone by itself: the caller's half was hung up by the dialplan.
      }
    }

    private static func notPlaced(_ error: ARIError) -> Finding {
      .fail(
        "call",
        "Asterisk did not place the call: \(error.message)",
        mend: "Is [\(TestCall.context)] in the dialplan? Run: warm-transfer doctor"
      )
    }

    private static let notTaken = Finding.fail(
      "call",
      "the service did not get the caller",
      mend: "The dialplan must send callers to this app (WT_APP), and [\(TestCall.context)] must be there. "
        + "Run: warm-transfer doctor"
    )
  }
}
