import ARI
import Transport

@testable import ARI
@testable import WarmTransfer

// What Asterisk shows when it is asked.
extension FakeAsterisk {
  static let information = ARIInformation(["system": ["version": "22"], "status": ["startup_time": "the only one"]])

  var channelsInHand: [String] { channels.values.filter { $0.place == .stasis && !$0.isForeign }.map(\.id).sorted() }

  mutating func answer(_ request: AsteriskRequest, _ ticket: Ticket, at now: Int64) -> Answer {
    self.now = now
    switch request {
    case .command(let command): return perform(command, ticket, at: now)
    case .information: return .given(.information(Self.information))
    case .channels: return .given(.channels(channels.values.sorted { $0.id < $1.id }.map(ARIChannel.listed)))
    case .bridges: return .given(.bridges(bridges.values.sorted { $0.id < $1.id }.map(ARIBridge.listed)))
    case .channelsInHand: return .given(.names(channelsInHand))
    case .variables(let names, let id):
      // Asterisk says of a channel that has gone what it says of a variable that is not set.
      let values = channels[id]?.variables ?? [:]
      return .given(.values(values.filter { names.contains($0.key) }))
    case .moduleIsRunning: return .given(.isSo(false))
    case .watchDevices: return .done
    case .deviceStates(let devices):
      return .given(.values(Dictionary(devices.map { ($0, state(of: $0)) }) { first, _ in first }))
    }
  }

  /// Of a call that is none of ours it is told apart.
  private func state(of device: String) -> String {
    guard tellsOfPhones else { return "UNKNOWN" }
    let isInUse = othersInUse.contains(device) || channels.values.contains { $0.endpoint == device }
    return isInUse ? "INUSE" : "NOT_INUSE"
  }
}

extension ARIBridge {
  /// As Asterisk lists it.
  fileprivate static func listed(_ bridge: FakeAsterisk.Bridge) -> ARIBridge {
    do {
      return try ARIBridge(["id": .string(bridge.id), "channels": .array(bridge.members.map(JSON.string))])
    } catch {
      preconditionFailure("the fake lists what Asterisk never lists: \(error)")
    }
  }
}
