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

  /// Also phones that the record does not know, and channels that have taken the place of others: it may be behind.
  func sighting(of machine: TransferMachine) -> Sighting {
    let names = AsteriskNames(transfer: machine.request.id)
    let own = Set(machine.phonesRung).union(legs(of: machine.request.id)).map { leg in
      (leg, phone(machine.replacement(of: leg) ?? names.leg(leg), names))
    }
    var phones = Dictionary(own) { first, _ in first }
    var strangers = strangers(in: machine, names)
    let known = machine.request.caller.channel
    let former = caller(known, names) == .gone ? strangers.firstIndex { $0.leg == nil } : nil
    let caller = former.map { strangers.remove(at: $0).channel }
    var replacements: [LegID: String] = [:]
    for (channel, leg) in strangers where isIn(channel, names.talk) {
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

  private func legs(of transfer: TransferID) -> [LegID] {
    channels.keys.compactMap { if case .leg(transfer, let leg) = AsteriskName(parsing: $0) { leg } else { nil } }
  }

  /// Channels in the bridges of the transfer that are nobody's whom it knows: somebody has been put through, or has picked
  /// up another's ringing phone. These have the arguments with which that phone was rung.
  private func strangers(in machine: TransferMachine, _ names: AsteriskNames) -> [(channel: String, leg: LegID?)] {
    let known = Set(machine.phonesRung.compactMap(machine.replacement))
      .union([machine.request.caller.channel, machine.request.voiceAgent ?? ""])
    let members = [names.talk, names.hold].flatMap { name in bridges.first { $0.id == name }?.channels ?? [] }
    return members.compactMap { id in
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
  /// ringing phone that somebody else has picked up. Those with which another application moved them are not to be seen.
  func newcomers(
    to application: String,
    besides known: Set<String>
  ) -> [(channel: ARIChannel, arguments: [String])] {
    inHand.sorted().compactMap { id in
      guard let channel = channels[id], AsteriskName(parsing: id) == nil, !known.contains(id) else { return nil }
      guard !talking.contains(id) else { return nil }
      guard channel.application == "Stasis" else { return nil }
      let words = channel.applicationData.split(separator: ",").map(String.init)
      return (channel, words.first == application ? Array(words.dropFirst()) : [])
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
    case .hold(let id), .talk(let id), .leg(let id, _), .snoop(let id, _), .playback(let id, _): id
    }
  }

  fileprivate func isStray(besides transfers: Set<TransferID>) -> Bool { !transfers.contains(transfer) }
}
