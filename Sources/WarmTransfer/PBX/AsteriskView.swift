import ARI
import Transfer

/// All that is there in Asterisk at one moment. Looked into once for each transfer: nothing of that goes through the lists
/// again.
struct AsteriskView: Sendable {
  let channels: [String: ARIChannel]
  let bridges: [ARIBridge]
  /// The channels that are in our application.
  let inHand: Set<String>
  /// Which Asterisk it is, from its start to its end.
  let run: String
  /// Who is in each bridge.
  private let members: [String: [String]]
  /// The phones that are there of each transfer, by their channels' names.
  private let legs: [TransferID: [LegID]]
  /// Nobody touches a conversation, also one of which the journal knows nothing.
  private let talks: Set<String>
  private let talking: Set<String>

  init(channels: [ARIChannel], bridges: [ARIBridge], inHand: [String], run: String) {
    self.run = run
    self.channels = Dictionary(channels.map { ($0.id, $0) }) { first, _ in first }
    self.bridges = bridges
    self.inHand = Set(inHand)
    members = Dictionary(bridges.map { ($0.id, $0.channels) }) { first, _ in first }
    legs = self.channels.keys.reduce(into: [:]) { legs, id in
      if case .leg(let transfer, let leg) = AsteriskName(parsing: id) { legs[transfer, default: []].append(leg) }
    }
    let talks = bridges.filter { bridge in
      if case .bridge = AsteriskName(parsing: bridge.id) { bridge.channels.count >= 2 } else { false }
    }
    self.talks = Set(talks.map(\.id))
    talking = Set(talks.flatMap(\.channels))
  }

  /// The one that the transfer began in has gone, and taken everybody with it.
  func isAnotherAsterisk(for machine: TransferMachine) -> Bool {
    machine.request.asteriskRun.map { $0 != run } ?? false
  }

  /// Also phones that the record does not know, and channels that have taken the place of others: it may be behind.
  func sighting(of machine: TransferMachine) -> Sighting {
    let names = AsteriskNames(transfer: machine.request.id)
    let own = Set(machine.phonesRung).union(legs[machine.request.id] ?? []).map { leg in
      (leg, phone(machine.replacement(of: leg) ?? names.leg(leg), names))
    }
    var phones = Dictionary(own) { first, _ in first }
    var strangers = strangers(in: machine, names)
    let known = machine.request.caller.channel
    // Whoever is there after the caller has left is somebody else, or will be taken for a new one.
    let isMissing = !machine.callerHasLeft && caller(known, names) == .gone
    let former = isMissing ? strangers.firstIndex { $0.leg == nil } : nil
    let caller = former.map { strangers.remove(at: $0).channel }
    var replacements: [LegID: String] = [:]
    for (channel, leg) in strangers where isIn(channel, names.bridge) {
      guard let leg = leg ?? machine.legs.first?.id, phones[leg] ?? .gone == .gone else { continue }
      replacements[leg] = channel
      phones[leg] = .talk
    }
    return Sighting(
      caller: self.caller(caller ?? known, names),
      phones: phones,
      replacements: replacements,
      callersReplacement: caller
    )
  }

  /// Channels in the bridge of the transfer that are nobody's whom it knows: somebody has been put through, or has picked
  /// up another's ringing phone. These have the arguments with which that phone was rung.
  private func strangers(in machine: TransferMachine, _ names: AsteriskNames) -> [(channel: String, leg: LegID?)] {
    let known = Set(machine.phonesRung.compactMap(machine.replacement))
      .union([machine.request.caller.channel, machine.request.voiceAgent ?? ""])
    return (members[names.bridge] ?? []).compactMap { id in
      guard let channel = channels[id], inHand.contains(id), AsteriskName(parsing: id) == nil, !known.contains(id)
      else {
        return nil
      }
      return (id, channel.leg(of: machine.request.id))
    }
  }

  private func caller(_ channel: String, _ names: AsteriskNames) -> Sighting.CallersPlace {
    guard let found = channels[channel], !found.hasHungUp else { return .gone }
    guard inHand.contains(channel) else { return .elsewhere }
    return isIn(channel, names.bridge) ? .inBridge : .astray
  }

  private func phone(_ channel: String, _ names: AsteriskNames) -> Sighting.Phone {
    guard let found = channels[channel] else { return .gone }
    guard found.isUp else { return .ringing }
    return isIn(channel, names.bridge) ? .talk : .up
  }

  private func isIn(_ channel: String, _ bridge: String) -> Bool {
    members[bridge]?.contains(channel) ?? false
  }

  /// What a service before this one has made, for transfers of which nothing is known.
  func leftovers(besides transfers: Set<TransferID>) -> [AsteriskCommand] {
    let channels = channels.keys.sorted().filter { id in
      !talking.contains(id) && AsteriskName(parsing: id)?.isStray(besides: transfers) ?? false
    }
    let bridges = bridges.map(\.id).filter { id in
      !talks.contains(id) && AsteriskName(parsing: id)?.isStray(besides: transfers) ?? false
    }
    return channels.map(AsteriskCommand.hangUp) + bridges.map(AsteriskCommand.destroyBridge)
  }

  /// Who has come into our application without anybody having been told, with the arguments of the dialplan, or of a
  /// ringing phone that somebody else has picked up. Those with which another application moved them are not to be seen.
  func newcomers(
    to application: String,
    besides known: Set<String>
  ) -> [(channel: ARIChannel, arguments: [String])] {
    inHand.sorted().compactMap { id in
      guard let channel = channels[id], AsteriskName(parsing: id) == nil, !known.contains(id) else { return nil }
      guard !talking.contains(id) else { return nil }
      guard channel.application == "Stasis" else { return nil }
      let words = channel.applicationData.split(separator: ",").dropFirst().map(String.init)
      return (channel, channel.wasSent(to: application) ? words : [])
    }
  }
}

extension TransferMachine {
  /// The answer to `lookIntoTalk`.
  func talk(in bridges: [ARIBridge]) -> TransferEvent {
    let names = AsteriskNames(transfer: request.id)
    let members = bridges.first { $0.id == names.bridge }?.channels ?? []
    let legs = phonesRung.filter { members.contains(replacement(of: $0) ?? names.leg($0)) }
    return .talkSeen(caller: members.contains(request.caller.channel), legs: Set(legs))
  }
}

extension ARIChannel {
  /// By the dialplan, the last time that it had the channel.
  func wasSent(to application: String) -> Bool {
    self.application == "Stasis" && applicationData.split(separator: ",").first.map(String.init) == application
  }

  /// As which it was rung.
  fileprivate func leg(of transfer: TransferID) -> LegID? {
    let arguments = applicationData.split(separator: ",").dropFirst()
    guard arguments.count == 3, arguments.starts(with: ["agent", Substring(transfer.description)]) else { return nil }
    return arguments.last.flatMap { Int($0) }.map { LegID($0) }
  }

  /// All that is left of it is what the dialplan does afterwards.
  var hasHungUp: Bool { exten == "h" }
}

extension AsteriskName {
  var transfer: TransferID {
    switch self {
    case .bridge(let id), .earlierHold(let id), .leg(let id, _), .snoop(let id, _), .playback(let id, _): id
    }
  }

  fileprivate func isStray(besides transfers: Set<TransferID>) -> Bool { !transfers.contains(transfer) }
}
