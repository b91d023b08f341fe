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

  /// Also phones that the record does not know: it may be behind.
  func sighting(of machine: TransferMachine) -> Sighting {
    let names = AsteriskNames(transfer: machine.request.id)
    let own = Set(machine.phonesRung).union(legs(of: machine.request.id)).map { leg in
      (leg, phone(machine.replacement(of: leg) ?? names.leg(leg), names))
    }
    var phones = Dictionary(own) { first, _ in first }
    let replacements = unrecordedReplacements(in: machine).filter { phones[$0.key] ?? .gone == .gone }
    for (leg, channel) in replacements { phones[leg] = phone(channel, names) }
    return Sighting(caller: caller(machine.request.caller.channel, names), phones: phones, replacements: replacements)
  }

  private func legs(of transfer: TransferID) -> [LegID] {
    channels.keys.compactMap { if case .leg(transfer, let leg) = AsteriskName(parsing: $0) { leg } else { nil } }
  }

  /// In the conversation, and known by the arguments with which the phone was rung: somebody else has picked it up.
  private func unrecordedReplacements(in machine: TransferMachine) -> [LegID: String] {
    let known = Set(machine.phonesRung.compactMap(machine.replacement))
    let talk = AsteriskNames(transfer: machine.request.id).talk
    let found = inHand.sorted().compactMap { id -> (LegID, String)? in
      guard let channel = channels[id], AsteriskName(parsing: id) == nil, !known.contains(id), isIn(id, talk) else {
        return nil
      }
      let arguments = channel.applicationData.split(separator: ",").dropFirst().map(String.init)
      guard arguments.count == 3, arguments[0] == "agent", arguments[1] == machine.request.id.description,
        let number = Int(arguments[2])
      else { return nil }
      return (LegID(number), id)
    }
    return Dictionary(found) { first, _ in first }
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

extension TransferMachine {
  /// The answer to `lookIntoTalk`.
  func talk(in bridges: [ARIBridge]) -> TransferEvent {
    let names = AsteriskNames(transfer: request.id)
    let members = bridges.first { $0.id == names.talk }?.channels ?? []
    let legs = phonesRung.filter { members.contains(replacement(of: $0) ?? names.leg($0)) }
    return .talkSeen(caller: members.contains(request.caller.channel), legs: Set(legs))
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
    case .hold(let id), .talk(let id), .leg(let id, _), .snoop(let id, _), .playback(let id, _): id
    }
  }

  fileprivate func isStray(besides transfers: Set<TransferID>) -> Bool { !transfers.contains(transfer) }
}
