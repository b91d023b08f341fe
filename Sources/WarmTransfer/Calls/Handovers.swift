import Transfer
import Web

/// Callers whom the API has asked for, while another application lets them go and they come into ours.
struct Handovers: Sendable {
  /// How long that may take; Asterisk does it in milliseconds.
  static let limit: Duration = .seconds(5)

  private struct Handover {
    let order: TransferOrder
    let ticket: Int
  }

  private var handovers: [String: Handover] = [:]
  private var begun = 0

  var count: Int { handovers.count }

  func contains(_ channel: String) -> Bool { handovers[channel] != nil }

  func order(for channel: String) -> TransferOrder? { handovers[channel]?.order }

  func channel(ofTicket ticket: Int) -> String? { handovers.first { $0.value.ticket == ticket }?.key }

  /// The ticket under which the answer is given.
  mutating func begin(_ channel: String, _ order: TransferOrder) -> Int {
    begun += 1
    handovers[channel] = Handover(order: order, ticket: begun)
    return begun
  }

  /// Another channel has taken the place of the caller's.
  mutating func rename(_ channel: String, to other: String) {
    if let handover = handovers.removeValue(forKey: channel) { handovers[other] = handover }
  }

  /// Whom to answer; nil if that was done already.
  mutating func end(_ channel: String) -> Int? { handovers.removeValue(forKey: channel)?.ticket }
}
