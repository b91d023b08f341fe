/// What can be seen of one transfer in Asterisk at one moment.
package struct Sighting: Equatable, Sendable {
  package enum CallersPlace: String, Sendable, CaseIterable {
    /// Hung up.
    case gone
    /// Not in our application: in the dialplan.
    case elsewhere
    /// In our application, but not in the transfer's bridge.
    case astray
    case inBridge
  }

  package enum Phone: String, Sendable, CaseIterable {
    case gone, ringing
    /// Picked up.
    case up
    case talk
  }

  package var caller: CallersPlace
  /// Also those that the record does not know. One that is not named is gone.
  package var phones: [LegID: Phone]
  /// Channels that stand for a phone, where the record does not know that they do.
  package var replacements: [LegID: String]
  /// The channel that stands for the caller, where the record does not know that it does.
  package var callersReplacement: String?

  package init(
    caller: CallersPlace,
    phones: [LegID: Phone],
    replacements: [LegID: String] = [:],
    callersReplacement: String? = nil
  ) {
    self.caller = caller
    self.phones = phones
    self.replacements = replacements
    self.callersReplacement = callersReplacement
  }

  fileprivate var inTalk: [LegID] { phones.filter { $0.value == .talk }.keys.sorted() }

  /// One column of the table.
  fileprivate var scene: Recovery.Scene {
    switch caller {
    case .gone: .gone
    case .elsewhere: .elsewhere
    case .astray: .astray
    case .inBridge: inTalk.isEmpty ? .hold : .conversation
    }
  }
}

/// What must have happened to a transfer while nobody was listening, found from what is there now: as ordinary events, by
/// two tables. The record may be behind by any number of steps, where the disk did not take them; what is seen counts. A
/// conversation that is seen is one, and is not touched.
package enum Recovery {
  package static func events(for machine: TransferMachine, seeing sighting: Sighting) -> [TransferEvent] {
    if machine.request.isCallback { return eventsOfCallback(machine, sighting) }
    let scene = sighting.scene
    let answer = callers[machine.state][scene]
    let caller = sighting.callersReplacement.map { [TransferEvent.caller(.becameChannel($0))] } ?? []
    return caller + replacements(in: sighting) + events(answer, machine, sighting)
      + self.phones(of: machine, sighting, answer) + [.resumed]
  }

  private static func replacements(in sighting: Sighting) -> [TransferEvent] {
    sighting.replacements.sorted { $0.key < $1.key }.map { .leg($0.key, .becameChannel($0.value)) }
  }

  /// There is nobody but the phones; that of the caller was rung last.
  private static func eventsOfCallback(_ machine: TransferMachine, _ sighting: Sighting) -> [TransferEvent] {
    let inTalk = sighting.inTalk
    let known = inTalk.first { leg in machine.legs.contains { $0.id == leg && !$0.isCallee } } ?? inTalk.first
    let isRecorded = machine.legs.contains { $0.id == inTalk.last && $0.isCallee && $0.isAccepted }
    guard let callee = inTalk.last, let person = known, person != callee, !isRecorded else {
      return replacements(in: sighting) + phones(of: machine, sighting, .nothing) + [.resumed]
    }
    let others = phones(of: machine, sighting, .talk).filter { $0 != .leg(callee, .rang) && $0 != .leg(person, .rang) }
    return replacements(in: sighting) + [.callbackSeen(person: person, callee: callee)] + others + [.resumed]
  }

  private static func events(_ answer: CallerAnswer, _ machine: TransferMachine, _ sighting: Sighting)
    -> [TransferEvent]
  {
    switch answer {
    case .nothing: []
    case .begin: [.requested]
    case .happened(let event): [.caller(event)]
    case .talk: partner(of: machine, sighting).map { [.conversationSeen($0)] } ?? []
    }
  }

  /// The one the record expects, or else the one who was rung last.
  private static func partner(of machine: TransferMachine, _ sighting: Sighting) -> LegID? {
    let inTalk = sighting.inTalk
    return machine.legs.map(\.id).first(where: inTalk.contains) ?? inTalk.last
  }

  private static func phones(of machine: TransferMachine, _ sighting: Sighting, _ answer: CallerAnswer)
    -> [TransferEvent]
  {
    let partner = answer == .talk ? partner(of: machine, sighting) : nil
    let unknown = sighting.phones.keys.filter { !machine.phonesRung.contains($0) }.sorted()
    // Those first that are not in the record: their numbers are taken, whoever is rung next.
    return (unknown + machine.phonesRung).filter { $0 != partner }.flatMap { id -> [TransferEvent] in
      // The others are released with the conversation, or with the caller who has gone.
      let knowledge = Knowledge(of: id, in: machine)
      if knowledge.isWanted, answer.endsSearch { return [] }
      return phones[knowledge][sighting.phones[id] ?? .gone].map { .leg(id, $0) }
    }
  }
}

// MARK: - The caller

extension Recovery {
  /// Where the caller is, with whom.
  enum Scene: CaseIterable {
    case gone, elsewhere, astray, hold, conversation
  }

  enum CallerAnswer: Equatable {
    /// The record says so too, or what is taken up again will mend it.
    case nothing
    /// Not even the request was carried out.
    case begin
    case happened(CallerEvent)
    case talk

    fileprivate var endsSearch: Bool {
      switch self {
      case .talk, .happened(.left), .happened(.takenAway): true
      case .nothing, .begin, .happened: false
      }
    }
  }

  struct CallerRow {
    let gone, elsewhere, astray, hold, conversation: CallerAnswer

    subscript(_ scene: Scene) -> CallerAnswer {
      switch scene {
      case .gone: gone
      case .elsewhere: elsewhere
      case .astray: astray
      case .hold: hold
      case .conversation: conversation
      }
    }
  }

  struct CallerTable {
    let new, coming, goingOnHold, seeking, merging, connected, choosing, leavingMessage, arrangingCallback,
      calledBack, sayingGoodbye, returning, clearing, ended: CallerRow

    subscript(_ state: TransferMachine.State) -> CallerRow {
      switch state {
      case .new: new
      case .coming: coming
      case .goingOnHold: goingOnHold
      case .seeking: seeking
      case .merging: merging
      case .connected: connected
      case .choosing: choosing
      case .leavingMessage: leavingMessage
      case .arrangingCallback: arrangingCallback
      case .resting, .callingBack: calledBack
      case .sayingGoodbye: sayingGoodbye
      case .returning: returning
      case .clearing: clearing
      case .ended: ended
      }
    }
  }

  static let callers = CallerTable(
    new: CallerRow(
      gone: .happened(.left),
      elsewhere: .happened(.takenAway),
      astray: .begin,
      hold: .begin,
      conversation: .talk
    ),
    // Taking up again asks for one who is elsewhere once more.
    coming: CallerRow(
      gone: .happened(.left),
      elsewhere: .nothing,
      astray: .happened(.cameIn),
      hold: .happened(.cameIn),
      conversation: .talk
    ),
    goingOnHold: CallerRow(
      gone: .happened(.left),
      elsewhere: .happened(.takenAway),
      astray: .nothing,
      hold: .happened(.enteredHold),
      conversation: .talk
    ),
    seeking: CallerRow(
      gone: .happened(.left),
      elsewhere: .happened(.takenAway),
      astray: .happened(.strayed),
      hold: .nothing,
      conversation: .talk
    ),
    merging: CallerRow(
      gone: .happened(.left),
      elsewhere: .happened(.takenAway),
      astray: .happened(.strayed),
      hold: .nothing,
      conversation: .talk
    ),
    connected: CallerRow(
      gone: .happened(.left),
      elsewhere: .happened(.takenAway),
      astray: .happened(.strayed),
      hold: .nothing,
      conversation: .talk
    ),
    choosing: CallerRow(
      gone: .happened(.left),
      elsewhere: .happened(.takenAway),
      astray: .happened(.strayed),
      hold: .nothing,
      conversation: .talk
    ),
    // Whoever is recorded is in no bridge.
    leavingMessage: CallerRow(
      gone: .happened(.left),
      elsewhere: .happened(.takenAway),
      astray: .nothing,
      hold: .nothing,
      conversation: .talk
    ),
    arrangingCallback: CallerRow(
      gone: .happened(.left),
      elsewhere: .happened(.takenAway),
      astray: .happened(.strayed),
      hold: .nothing,
      conversation: .talk
    ),
    // They have no channel.
    calledBack: CallerRow(
      gone: .nothing,
      elsewhere: .nothing,
      astray: .nothing,
      hold: .nothing,
      conversation: .nothing
    ),
    sayingGoodbye: CallerRow(
      gone: .happened(.left),
      elsewhere: .happened(.takenAway),
      astray: .nothing,
      hold: .nothing,
      conversation: .talk
    ),
    returning: CallerRow(
      gone: .happened(.left),
      elsewhere: .happened(.takenAway),
      astray: .nothing,
      hold: .nothing,
      conversation: .talk
    ),
    // Whoever is in our application again after they had left is somebody's new caller, or will be taken for one.
    clearing: CallerRow(
      gone: .nothing,
      elsewhere: .nothing,
      astray: .nothing,
      hold: .nothing,
      conversation: .talk
    ),
    ended: CallerRow(
      gone: .nothing,
      elsewhere: .nothing,
      astray: .nothing,
      hold: .nothing,
      conversation: .nothing
    )
  )
}

// MARK: - The phones

extension Recovery {
  /// What the record says of a phone.
  enum Knowledge: CaseIterable {
    case dialing, ringing, answered, joining, talking
    /// It is to be hung up, or was: taking up again what has to be made sure of sees to the first.
    case beingReleased, over
    /// It was rung after the record ends.
    case unknown

    init(of id: LegID, in machine: TransferMachine) {
      guard let leg = machine.legs.first(where: { $0.id == id }) else {
        self = machine.isReleasing(id) ? .beingReleased : machine.phonesRung.contains(id) ? .over : .unknown
        return
      }
      switch machine.state {
      case .connected: self = .talking
      case .merging: self = .joining
      case .callingBack where leg.isAccepted: self = .joining
      case .new, .coming, .goingOnHold, .seeking, .choosing, .leavingMessage, .arrangingCallback, .resting,
        .callingBack, .sayingGoodbye, .returning, .clearing, .ended:
        self = leg.isAnswered ? .answered : leg.isKnownToExist ? .ringing : .dialing
      }
    }

    fileprivate var isWanted: Bool {
      switch self {
      case .dialing, .ringing, .answered, .joining, .talking: true
      case .beingReleased, .over, .unknown: false
      }
    }
  }

  struct PhoneRow {
    let gone, ringing, up, talk: [LegEvent]

    subscript(_ phone: Sighting.Phone) -> [LegEvent] {
      switch phone {
      case .gone: gone
      case .ringing: ringing
      case .up: up
      case .talk: talk
      }
    }
  }

  struct PhoneTable {
    let dialing, ringing, answered, joining, talking, beingReleased, over, unknown: PhoneRow

    subscript(_ knowledge: Knowledge) -> PhoneRow {
      switch knowledge {
      case .dialing: dialing
      case .ringing: ringing
      case .answered: answered
      case .joining: joining
      case .talking: talking
      case .beingReleased: beingReleased
      case .over: over
      case .unknown: unknown
      }
    }
  }

  /// In the bridge for the conversation are only those who have accepted. That a phone is there of which the machine says
  /// nothing makes it release that phone.
  static let phones = PhoneTable(
    // One that was never seen and is not there was not rung yet, or cannot be told from that.
    dialing: PhoneRow(gone: [], ringing: [.rang], up: [.rang, .answered], talk: [.rang, .answered, .accepted()]),
    ringing: PhoneRow(gone: [.ended(.unknown)], ringing: [], up: [.answered], talk: [.answered, .accepted()]),
    answered: PhoneRow(gone: [.ended(.unknown)], ringing: [], up: [], talk: [.accepted()]),
    joining: PhoneRow(gone: [.ended(.unknown)], ringing: [], up: [], talk: [.enteredTalk]),
    talking: PhoneRow(gone: [.ended(.unknown)], ringing: [], up: [], talk: []),
    beingReleased: PhoneRow(gone: [], ringing: [], up: [], talk: []),
    over: PhoneRow(gone: [], ringing: [.rang], up: [.rang], talk: [.rang]),
    unknown: PhoneRow(gone: [], ringing: [.rang], up: [.rang], talk: [.rang])
  )
}

extension TransferMachine {
  func isReleasing(_ leg: LegID) -> Bool { chores.contains(.release(leg)) }
}
