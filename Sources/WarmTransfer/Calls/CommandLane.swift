import ARI
import Transfer

/// The orders of one transfer on their way to Asterisk: one after the other, each with its commands one after the
/// other. Variables do not depend on each other and are sent at once.
struct CommandLane: Sendable {
  /// Far more than any transfer ever has waiting.
  static let limit = 512

  /// The first is the one whose turn it is.
  private(set) var orders: [TransferEffect] = []
  private var isBegun = false
  /// Of the first order.
  private var unsent: ArraySlice<AsteriskCommand> = []
  private var unanswered = 0
  private var failure: ARIError?

  /// No order comes any more.
  private var isClosed = false

  var isIdle: Bool { orders.isEmpty }
  var isDone: Bool { isClosed && isIdle }

  mutating func close() { isClosed = true }

  /// False when too many wait.
  mutating func add(_ order: TransferEffect) -> Bool {
    guard orders.count < Self.limit else { return false }
    orders.append(order)
    return true
  }

  /// The order whose turn has just come; its commands are wanted.
  mutating func nextOrder() -> TransferEffect? {
    guard !isBegun, let next = orders.first else { return nil }
    isBegun = true
    return next
  }

  mutating func begin(_ commands: [AsteriskCommand]) { unsent = commands[...] }

  /// What is to be sent now.
  mutating func nextCommands() -> [AsteriskCommand] {
    guard unanswered == 0, let first = unsent.first else { return [] }
    let next = first.setsVariable ? unsent.prefix(while: \.setsVariable) : unsent.prefix(1)
    unsent = unsent.dropFirst(next.count)
    unanswered = next.count
    return Array(next)
  }

  /// After a command that has failed no other is sent. Nothing hangs on a note.
  mutating func answered(_ command: AsteriskCommand, _ error: ARIError?) {
    unanswered -= 1
    guard let error, !command.isNote else { return }
    failure = failure ?? error
    unsent = []
  }

  /// The order that is done, or has failed.
  mutating func takeFinished() -> (order: TransferEffect, failure: ARIError?)? {
    guard isBegun, unsent.isEmpty, unanswered == 0, let order = orders.first else { return nil }
    defer { (isBegun, failure) = (false, nil) }
    orders.removeFirst()
    return (order, failure)
  }
}
