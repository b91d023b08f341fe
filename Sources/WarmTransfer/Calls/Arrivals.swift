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
    fileprivate(set) var brief = CallBriefs.Knowledge.none
    /// In our application; one who was asked for is still in another.
    fileprivate(set) var isHere: Bool
    /// By a look at what is there; of the others an event has told.
    fileprivate(set) var wasFound = false
    /// They have hung up meanwhile.
    fileprivate(set) var hasHungUp = false
    /// They have gone meanwhile, wherever to.
    fileprivate(set) var hasLeft = false

    fileprivate var isComplete: Bool { companions != nil && variables != .awaited && brief != .awaited }

    var orderOfBrief: TransferOrder? {
      if case .known(let brief) = brief { TransferOrder(brief, of: channel.id) } else { nil }
    }
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

  private var callers: [ChannelID: Caller] = [:]

  var count: Int { callers.count }

  /// Those who are in our application in this Asterisk.
  func callersHere(on pbx: PBXName) -> Set<String> {
    Set(callers.filter { $0.key.pbx == pbx && $0.value.isHere }.keys.map(\.id))
  }

  func contains(_ channel: ChannelID) -> Bool { callers[channel] != nil }

  func caller(_ channel: ChannelID) -> Caller? { callers[channel] }

  mutating func ask(for channel: ARIChannel, on pbx: PBXName, _ order: Order) {
    callers[ChannelID(channel.id, on: pbx)] = Caller(channel: channel, arguments: [], order: order, isHere: false)
  }

  /// False for one who is known already.
  mutating func cameIn(_ channel: ARIChannel, on pbx: PBXName, _ arguments: [String]) -> Bool {
    let id = ChannelID(channel.id, on: pbx)
    guard callers[id] == nil else {
      if callers[id]?.isHere == false { callers[id]?.arguments = arguments }
      callers[id]?.isHere = true
      return false
    }
    callers[id] = Caller(channel: channel, arguments: arguments, order: nil, isHere: true)
    return true
  }

  /// Another channel has taken the caller's place: of that one all has to be asked anew.
  mutating func replace(_ channel: ChannelID, by other: ARIChannel) {
    guard let former = callers.removeValue(forKey: channel) else { return }
    let id = ChannelID(other.id, on: channel.pbx)
    callers[id] = Caller(channel: other, arguments: former.arguments, order: former.order, isHere: true)
    // It was used for this call: another channel would not get it.
    if case .known = former.brief { callers[id]?.brief = former.brief }
  }

  mutating func hungUp(_ channel: ChannelID) { callers[channel]?.hasHungUp = true }

  /// One who was found just when they left is nobody's caller.
  mutating func left(_ channel: ChannelID) {
    if callers[channel]?.wasFound == true { callers[channel] = nil } else { callers[channel]?.hasLeft = true }
  }

  mutating func wasFound(_ channel: ChannelID) { callers[channel]?.wasFound = true }

  mutating func read(_ variables: Variables, of channel: ChannelID) { callers[channel]?.variables = variables }

  mutating func found(_ brief: CallBriefs.Knowledge, for channel: ChannelID) { callers[channel]?.brief = brief }

  mutating func found(_ companions: [String], with channel: ChannelID) { callers[channel]?.companions = companions }

  /// The caller, once all is known that will be.
  mutating func takeIfComplete(_ channel: ChannelID) -> Caller? {
    guard let caller = callers[channel], caller.isComplete else { return nil }
    callers[channel] = nil
    return caller
  }
}
