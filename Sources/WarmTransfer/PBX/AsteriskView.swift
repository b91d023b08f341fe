import ARI
import Transfer

/// All that is there in Asterisk at one moment.
struct AsteriskView: Sendable {
  let channels: [String: ARIChannel]
  let bridges: [ARIBridge]
  /// The channels that are in our application.
  let inHand: Set<String>
  /// Which Asterisk it is, from its start to its end.
  let run: String

  init(channels: [ARIChannel], bridges: [ARIBridge], inHand: [String], run: String) {
    self.run = run
    self.channels = Dictionary(channels.map { ($0.id, $0) }) { first, _ in first }
    self.bridges = bridges
    self.inHand = Set(inHand)
  }

  /// The one that the transfer began in has gone, and taken everybody with it.
  func isAnotherAsterisk(for machine: TransferMachine) -> Bool {
    machine.request.asteriskRun.map { $0 != run } ?? false
  }

  func sighting(of machine: TransferMachine) -> Sighting {
    let names = AsteriskNames(transfer: machine.request.id)
    let phones = machine.legs.map { leg in
      (leg.id, phone(machine.replacement(of: leg.id) ?? names.leg(leg.id), names))
    }
    return Sighting(
      caller: caller(machine.request.caller.channel, names),
      phones: Dictionary(phones) { first, _ in first }
    )
  }

  private func caller(_ channel: String, _ names: AsteriskNames) -> Sighting.CallersPlace {
    guard let found = channels[channel], !found.hasHungUp else { return .gone }
    guard inHand.contains(channel) else { return .elsewhere }
    return isIn(channel, names.talk) ? .talk : isIn(channel, names.hold) ? .hold : .astray
  }

  private func phone(_ channel: String, _ names: AsteriskNames) -> Sighting.Phone {
    guard let found = channels[channel] else { return .gone }
    guard found.isUp else { return .ringing }
    return isIn(channel, names.talk) ? .talk : .up
  }

  private func isIn(_ channel: String, _ bridge: String) -> Bool {
    bridges.contains { $0.id == bridge && $0.channels.contains(channel) }
  }

  /// What a service before this one has made, for transfers of which nothing is known.
  func leftovers(besides transfers: Set<TransferID>) -> [AsteriskCommand] {
    let (talking, talks) = (talking, talks.map(\.id))
    let channels = channels.keys.sorted().filter { id in
      !talking.contains(id) && AsteriskName(parsing: id)?.isStray(besides: transfers) ?? false
    }
    let bridges = bridges.map(\.id).filter { id in
      !talks.contains(id) && AsteriskName(parsing: id)?.isStray(besides: transfers) ?? false
    }
    return channels.map(AsteriskCommand.hangUp) + bridges.map(AsteriskCommand.destroyBridge)
  }

  /// Who has come into our application without anybody having been told, with the arguments of the dialplan, or of a
  /// ringing phone that somebody else has picked up.
  func newcomers(besides known: Set<String>) -> [(channel: ARIChannel, arguments: [String])] {
    inHand.sorted().compactMap { id in
      guard let channel = channels[id], AsteriskName(parsing: id) == nil, !known.contains(id) else { return nil }
      guard !talking.contains(id) else { return nil }
      guard channel.application == "Stasis" else { return nil }
      return (channel, channel.applicationData.split(separator: ",").dropFirst().map(String.init))
    }
  }
}

/// Nobody touches a conversation, also one of which the journal knows nothing.
extension AsteriskView {
  private var talks: [ARIBridge] {
    bridges.filter { bridge in
      if case .talk = AsteriskName(parsing: bridge.id) { bridge.channels.count >= 2 } else { false }
    }
  }

  private var talking: Set<String> { Set(talks.flatMap(\.channels)) }
}

extension ARIChannel {
  /// All that is left of it is what the dialplan does afterwards.
  var hasHungUp: Bool { exten == "h" }
}

extension AsteriskName {
  var transfer: TransferID {
    switch self {
    case .hold(let id), .talk(let id), .leg(let id, _), .ear(let id, _), .playback(let id, _): id
    }
  }

  fileprivate func isStray(besides transfers: Set<TransferID>) -> Bool { !transfers.contains(transfer) }
}
