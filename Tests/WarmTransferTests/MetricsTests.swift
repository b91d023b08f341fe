import ARI
import Foundation
import Runtime
import Testing
import Transfer
import Transport

@testable import WarmTransfer

@Suite struct MetricsTests {
  private static let start = WallTime(milliseconds: 1_800_000_000_000)

  private func step(
    _ id: String,
    from before: TransferMachine.Phase,
    to after: TransferMachine.Phase,
    at seconds: Double,
    _ outcome: Outcome? = nil,
    event: TransferEvent = .resumed,
    channel: String = "caller.1"
  ) throws -> Switchboard.Step {
    Switchboard.Step(
      transfer: try #require(TransferID(id)),
      event: event,
      at: Moment(Self.start + .milliseconds(Int64(seconds * 1_000))),
      before: before,
      after: after,
      effects: [],
      orders: [],
      changes: [],
      pbx: .main,
      channel: channel,
      prospect: nil,
      outcome: outcome,
      wrappingUp: nil,
      signOffs: []
    )
  }

  @Test func phasesAndEndingsAreCounted() throws {
    var metrics = Metrics()
    metrics.count(try step("a", from: .requested, to: .requested, at: 0, event: .requested))
    metrics.count(try step("a", from: .requested, to: .held, at: 0.5))
    metrics.count(try step("a", from: .held, to: .held, at: 1))
    metrics.count(try step("a", from: .held, to: .ringing, at: 1.5))
    // One that another service has begun.
    metrics.count(try step("b", from: .ringing, to: .briefing, at: 2))
    let outcome = Outcome(result: .abandoned, cause: .callerHangup, target: "a\"b\\", wait: .milliseconds(7_500))
    metrics.count(try step("a", from: .ringing, to: .ended, at: 7.5, outcome))
    var text = MetricsText()
    metrics.write(to: &text)
    let lines = text.text.split(separator: "\n").map(String.init)
    for line in [
      #"warm_transfer_ended_total{result="ABANDONED",cause="CALLERHANGUP"} 1"#,
      #"warm_transfer_ended_by_target_total{target="a\"b\\",result="ABANDONED"} 1"#,
      #"warm_transfer_phase_seconds_bucket{phase="requested",le="1"} 1"#,
      #"warm_transfer_phase_seconds_bucket{phase="held",le="1"} 1"#,
      #"warm_transfer_phase_seconds_bucket{phase="ringing",le="5"} 0"#,
      #"warm_transfer_phase_seconds_bucket{phase="ringing",le="10"} 1"#,
      #"warm_transfer_phase_seconds_sum{phase="ringing"} 6"#,
      #"warm_transfer_phase_seconds_count{phase="briefing"} 0"#,
      "warm_transfer_wait_seconds_sum 7.5", #"warm_transfer_wait_seconds_bucket{le="+Inf"} 1"#,
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test func callbacksAreCountedApart() throws {
    var metrics = Metrics()
    let outcome = Outcome(result: .returned, cause: .noAnswer, target: "alice", wait: .seconds(3_000))
    metrics.count(try step("a", from: .requested, to: .requested, at: 0, event: .requested, channel: ""))
    metrics.count(try step("a", from: .requested, to: .ended, at: 3_000, outcome, channel: ""))
    var text = MetricsText()
    metrics.write(to: &text)
    let lines = text.text.split(separator: "\n").map(String.init)
    #expect(lines.contains(#"warm_transfer_callbacks_ended_total{result="RETURNED",cause="NOANSWER"} 1"#))
    #expect(lines.contains("warm_transfer_wait_seconds_count 0") && !text.text.contains("warm_transfer_ended_total{"))
    #expect(lines.contains(#"warm_transfer_phase_seconds_count{phase="requested"} 0"#))
  }

  @Test func durationsFallIntoTheirBuckets() {
    var histogram = Histogram(upTo: [1, 2, 5])
    for tenths in [5, 10, 11, 20, 50, 51] { histogram.note(.milliseconds(tenths * 100)) }
    #expect(histogram.counts == [2, 4, 5] && histogram.count == 6 && histogram.sum == .milliseconds(14_700))
  }

  @Test(
    arguments: [
      ("2027-01-15T08:00:00.000+0000", 500), ("2027-01-15T09:00:00.250+0100", 250),
      ("2027-01-15T04:30:00.400-0330", 100),
      ("2027-01-15T08:00:02.000+0000", 0), ("yesterday", nil), ("2027-13-15T08:00:02.000+0000", nil),
    ] as [(String, Int64?)]
  )
  func theAgeOfAnEventIsRead(_ time: String, _ milliseconds: Int64?) {
    let now = Timestamp(milliseconds: 1_800_000_000_500)
    #expect(ARIEventFeed.lag(of: ["timestamp": .string(time)], at: now) == milliseconds.map { .milliseconds($0) })
  }
}
