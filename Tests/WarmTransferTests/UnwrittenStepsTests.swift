import Store
import Runtime
import Testing
import Transfer

@testable import WarmTransfer

@Suite struct UnwrittenStepsTests {
  static let now = Moment(WallTime(milliseconds: 1_800_000_000_000))

  let request: TransferRequest
  let step: Switchboard.Step
  /// A journal that numbers what it is given.
  var steps: UnwrittenSteps

  init() throws {
    request = try Sample.request()
    var switchboard = Switchboard(application: "warm-transfer", soundsFolder: "/sounds")
    step = try #require(switchboard.begin(request, at: Self.now).first)
    let numbers = Numbers()
    steps = UnwrittenSteps(log: Log(minimum: .error, sink: { _ in })) { _ in numbers.next() }
  }

  @Test mutating func nothingIsDoneBeforeItIsWritten() {
    #expect(steps.take(step, of: request).isEmpty && steps.take(step, of: nil).isEmpty)
    #expect(steps.written(JournalProgress()).isEmpty)
    #expect(steps.written(JournalProgress(written: 1)) == [step])
    #expect(steps.written(JournalProgress(written: 2)) == [step])
  }

  @Test mutating func aDiskThatDoesNotTakeItKeepsNobodyWaiting() {
    _ = steps.take(step, of: request)
    let full = JournalProgress(trouble: JournalError(.diskFull, "no room"))
    #expect(steps.written(full) == [step] && steps.trouble != nil)
    #expect(steps.take(step, of: request) == [step], "nor those that follow")
    #expect(steps.written(JournalProgress()).isEmpty && steps.trouble == nil)
    #expect(steps.take(step, of: request).isEmpty)
  }

  private func join(of transfer: TransferID) -> Switchboard.Step {
    Switchboard.Step(
      transfer: transfer,
      event: .leg(LegID(1), .accepted()),
      at: Self.now,
      before: .briefing,
      after: .merging,
      effects: [.join(LegID(1))],
      orders: [.join(LegID(1))],
      changes: [],
      pbx: .main,
      channel: "caller.1",
      prospect: nil,
      outcome: nil,
      wrappingUp: nil
    )
  }

  /// But nobody overtakes what came before it in the same transfer.
  @Test mutating func whoIsToBeJoinedWaitsForNoDisk() throws {
    let (mine, other) = (join(of: step.transfer), join(of: try #require(TransferID("other"))))
    #expect(steps.take(step, of: request).isEmpty && steps.take(mine, of: nil).isEmpty)
    #expect(steps.take(other, of: nil) == [other])
    #expect(steps.written(JournalProgress(written: 3)) == [step, mine])
    #expect(steps.take(mine, of: nil) == [mine] && steps.written(JournalProgress(written: 4)).isEmpty)
  }

  /// Counts from 1.
  // Sendable unchecked: a test is one thread's.
  private final class Numbers: @unchecked Sendable {
    private var last: UInt64 = 0

    func next() -> UInt64 {
      last += 1
      return last
    }
  }
}
