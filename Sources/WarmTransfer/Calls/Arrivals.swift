import ARI
import Transfer
import Web

/// Callers who have come in, and of whom more is asked before their transfers begin.
struct Arrivals: Sendable {
  struct Caller: Sendable {
    let channel: ARIChannel
    let arguments: [String]
    /// Set when it was the API that asked for the transfer.
    let order: TransferOrder?
    /// Nil until Asterisk has answered.
    fileprivate(set) var variables: [String: String]?
    fileprivate(set) var companions: [String]?
    /// Asterisk would not say what the dialplan has set: nobody can know whom they want.
    fileprivate(set) var isUnreadable = false
    /// They have hung up meanwhile.
    fileprivate(set) var hasHungUp = false
    /// They have gone meanwhile, wherever to.
    fileprivate(set) var hasLeft = false

    fileprivate var isComplete: Bool { companions != nil && (isUnreadable || variables != nil) }
  }

  private var callers: [String: Caller] = [:]

  var count: Int { callers.count }

  func contains(_ channel: String) -> Bool { callers[channel] != nil }

  mutating func add(_ channel: ARIChannel, _ arguments: [String], _ order: TransferOrder?) {
    callers[channel.id] = Caller(channel: channel, arguments: arguments, order: order)
  }

  /// Another channel has taken the caller's place: of that one all has to be asked anew.
  mutating func replace(_ channel: String, by other: ARIChannel) {
    guard let former = callers.removeValue(forKey: channel) else { return }
    add(other, former.arguments, former.order)
  }

  mutating func hungUp(_ channel: String) { callers[channel]?.hasHungUp = true }

  mutating func left(_ channel: String) { callers[channel]?.hasLeft = true }

  mutating func read(_ variables: [String: String], of channel: String) { callers[channel]?.variables = variables }

  mutating func isUnreadable(_ channel: String) { callers[channel]?.isUnreadable = true }

  mutating func found(_ companions: [String], with channel: String) { callers[channel]?.companions = companions }

  /// The caller, once all is known that will be.
  mutating func takeIfComplete(_ channel: String) -> Caller? {
    guard let caller = callers[channel], caller.isComplete else { return nil }
    callers[channel] = nil
    return caller
  }
}
