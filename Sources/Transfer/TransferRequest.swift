/// One caller who is to be passed on: who they are, what is known, and who may be rung for them.
package struct TransferRequest: Equatable, Sendable, Codable {
  package var id: TransferID
  package var caller: Caller
  package var context: CallContext
  /// The caller's side of it: hold time, music, announcement.
  package var policy: TransferPolicy
  package var plan: TransferPlan
  /// The channel of the voice agent that shared a bridge with the caller, if one did.
  package var voiceAgent: String?
  package var summary = SummarySource.given
  /// How many transfers of this caller have come to nothing before this one.
  package var tries: Int
  /// The run of Asterisk in which the caller came in, in Asterisk's own words: after a restart nobody of it is left.
  package var asteriskRun: String?
  /// Since when the caller has stood in line, where that was before this request; nil: since it was made.
  package var waitingSince: WallTime?
  /// The name of the token with which the API was asked for it; nil: the dialplan asked.
  package var requestedBy: String?
  /// Nobody is on hold: the caller is rung when somebody is there for them. Nil: they are here.
  package var callback: CallbackTerms?
  /// Records of versions that knew one Asterisk alone do not name it.
  private var recordedPBX: PBXName?
  /// Records of versions that served everybody in the order of their coming have none.
  private var recordedPriority: Int?

  private enum CodingKeys: String, CodingKey {
    case id, caller, context, policy, plan, voiceAgent, summary, tries, asteriskRun, waitingSince,
      requestedBy, callback
    case recordedPBX = "pbx"
    case recordedPriority = "priority"
  }

  package init(
    id: TransferID,
    caller: Caller,
    context: CallContext,
    policy: TransferPolicy,
    plan: TransferPlan,
    voiceAgent: String? = nil,
    tries: Int = 0,
    summary: SummarySource = .given
  ) {
    self.id = id
    self.caller = caller
    self.context = context
    self.policy = policy
    self.plan = plan
    self.voiceAgent = voiceAgent
    self.tries = tries
    self.summary = summary
  }
}

extension TransferRequest {
  /// The Asterisk in which the caller is, and everything that is made for them.
  package var pbx: PBXName {
    get { recordedPBX ?? .main }
    set { recordedPBX = newValue }
  }

  /// Callers with a higher one are served first, see `Priority`.
  package var priority: Int {
    get { recordedPriority ?? Priority.usual }
    set { recordedPriority = newValue == Priority.usual ? nil : newValue }
  }

  /// Somebody who may be rung is reached through the dialplan.
  package var ringsThroughDialplan: Bool {
    switch plan {
    case .ring(let party): party.targets.contains(where: \.isRungByDialplan)
    case .ask(let question): question.mayRingThroughDialplan
    case .refuse, .turnAway: false
    }
  }
}

/// Where the summary comes from that the person hears.
package enum SummarySource: String, Equatable, Sendable, Codable {
  case given
  /// A language model is asked while the phone rings; what was given stands in until it answers.
  case model
}

package struct Caller: Equatable, Sendable, Codable {
  /// Asterisk's own id of the caller's channel.
  package var channel: String
  package var name: String
  package var number: String
  /// False for a caller who still hears ringing: nothing can be played to them before they are answered.
  package var isAnswered: Bool
  /// The dead-man's switch with which they came in. A dialplan that has set one lifts it, too; nil where there is none.
  package var dialplansLimit: Duration?
  /// Records of versions that answered every caller at once have none.
  private var answerWaits: Bool?

  package init(channel: String, name: String, number: String, isAnswered: Bool, dialplansLimit: Duration? = nil) {
    self.channel = channel
    self.name = name
    self.number = number
    self.isAnswered = isAnswered
    self.dialplansLimit = dialplansLimit
  }
}

extension Caller {
  /// Answered when somebody has accepted, and not before: a call that is refused lets the other side go on with the caller.
  package var isAnsweredOnAccept: Bool {
    get { answerWaits ?? false }
    set { answerWaits = newValue ? true : nil }
  }
}

package indirect enum TransferPlan: Equatable, Sendable, Codable {
  case ring(Party)
  case ask(DispatchQuestion)
  /// Refused before the caller is touched.
  case refuse(Outcome.Cause)
  /// The caller is told this and goes back.
  case turnAway(String)
}

/// Who is rung for a caller: one target, or a group of them.
package struct Party: Equatable, Sendable, Codable {
  /// The name of the target's or the group's section in the conf file.
  package var name: String
  /// What the caller is told.
  package var spokenName: String
  package var targets: [Target]
  package var strategy: TargetGroup.Strategy

  package init(name: String, spokenName: String, targets: [Target], strategy: TargetGroup.Strategy) {
    self.name = name
    self.spokenName = spokenName
    self.targets = targets
    self.strategy = strategy
  }
}

/// The people whom a caller waits for: who of them is rung next is decided where all transfers are known, since nobody
/// is rung for two callers at once.
package struct Wish: Equatable, Sendable {
  package let candidates: [Target]
  package let strategy: TargetGroup.Strategy
  /// The highest comes first.
  package let priority: Int
  /// Of the same priority: who has waited longest.
  package let since: WallTime
  /// When it may be granted, as rules write it; none: always.
  package var hours: [String] = []
}
