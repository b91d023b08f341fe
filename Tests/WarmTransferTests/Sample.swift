import Testing
import Transfer

@testable import WarmTransfer

/// A valid request, whose caller is on the channel caller.1.
enum Sample {
  static func request(_ id: String = "k3") throws -> TransferRequest {
    let policy = TransferPolicy(
      keys: AnswerKeys(
        accept: try #require(DigitSequence("1")),
        decline: try #require(DigitSequence("2")),
        repeat: try #require(DigitSequence("3"))
      ),
      announcement: try Template(parsing: "One moment."),
      briefing: try Template(parsing: "A call."),
      mergePrompt: try Template(parsing: "Connecting.")
    )
    let target = Target(name: "billing", spokenName: "billing", dialString: "PJSIP/billing", policy: policy)
    return TransferRequest(
      id: try #require(TransferID(id)),
      caller: Caller(channel: "caller.1", name: "Jane, the first", number: "+15551234", isAnswered: true),
      context: CallContext(),
      policy: policy,
      plan: .ring(Party(name: "billing", spokenName: "billing", targets: [target], strategy: .order))
    )
  }
}

extension Moment {
  /// By a wall clock that nobody has set.
  init(_ time: WallTime) { self.init(steady: time, wall: time) }
}
