import ARI
import Transfer
import Web

/// Callers who have come in or are asked for, and of whom more has to be known before their transfers begin.
struct Arrivals: Sendable {
  struct Caller: Sendable {
    let channel: ARIChannel
    fileprivate(set) var arguments: [String]
    /// Set when it is the API that asks for the transfer.
    let order: Order?
    /// What the dialplan has set.
    fileprivate(set) var variables = Variables.awaited
    fileprivate(set) var companions: [String]?
    /// In our application; one who was asked for is still in another.
    fileprivate(set) var isHere: Bool
    /// They have hung up meanwhile.
    fileprivate(set) var hasHungUp = false
    /// They have gone meanwhile, wherever to.
    fileprivate(set) var hasLeft = false

    fileprivate var isComplete: Bool { companions != nil && variables != .awaited }
  }

  struct Order: Sendable {
    let order: TransferOrder
    /// Whoever has given it is answered under this.
    let ticket: Int
  }

  enum Variables: Equatable, Sendable {
    case awaited
    case known([String: String])
    /// Asterisk would not say: nobody can know whom they want.
    case unreadable
  }

  private var callers: [String: Caller] = [:]

  var count: Int { callers.count }

  /// Those who are in our application.
  var callersHere: Set<String> { Set(callers.filter(\.value.isHere).keys) }

  func contains(_ channel: String) -> Bool { callers[channel] != nil }

  mutating func ask(for channel: ARIChannel, _ order: Order) {
    callers[channel.id] = Caller(channel: channel, arguments: [], order: order, isHere: false)
  }

  /// False for one who is known already.
  mutating func cameIn(_ channel: ARIChannel, _ arguments: [String]) -> Bool {
    guard callers[channel.id] == nil else {
      if callers[channel.id]?.isHere == false { callers[channel.id]?.arguments = arguments }
      callers[channel.id]?.isHere = true
      return false
    }
    callers[channel.id] = Caller(channel: channel, arguments: arguments, order: nil, isHere: true)
    return true
  }

  /// Another channel has taken the caller's place: of that one all has to be asked anew.
  mutating func replace(_ channel: String, by other: ARIChannel) {
    guard let former = callers.removeValue(forKey: channel) else { return }
    callers[other.id] = Caller(channel: other, arguments: former.arguments, order: former.order, isHere: true)
  }

  mutating func hungUp(_ channel: String) { callers[channel]?.hasHungUp = true }

  mutating func left(_ channel: String) { callers[channel]?.hasLeft = true }

  mutating func read(_ variables: Variables, of channel: String) { callers[channel]?.variables = variables }

  mutating func found(_ companions: [String], with channel: String) { callers[channel]?.companions = companions }

  /// The caller, once all is known that will be.
  mutating func takeIfComplete(_ channel: String) -> Caller? {
    guard let caller = callers[channel], caller.isComplete else { return nil }
    callers[channel] = nil
    return caller
  }
}
