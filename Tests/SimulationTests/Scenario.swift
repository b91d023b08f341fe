import Transfer

/// Who calls, who may be rung, under which settings, and how much goes wrong: all of it from the seed.
final class Scenario {
  /// What the people who are rung know of the settings.
  struct Manners {
    var accept: String
    var decline: String
    var again: String
    var ringTimeout: Int64
    var acceptTimeout: Int64
    var briefing: Int64
  }

  final class Call {
    let request: TransferRequest
    let arrivesAt: Int64
    /// When the caller loses patience; nil for one who stays.
    let hangsUpAt: Int64?
    let cancelledAt: Int64?
    let optsOutAt: Int64?
    let isReplacedAt: Int64?
    /// The same caller is asked for again.
    let requestedAgainAt: Int64?

    init(
      _ request: TransferRequest,
      arrivesAt: Int64,
      hangsUpAt: Int64?,
      cancelledAt: Int64?,
      optsOutAt: Int64?,
      isReplacedAt: Int64?,
      requestedAgainAt: Int64?
    ) {
      self.request = request
      self.arrivesAt = arrivesAt
      self.hangsUpAt = hangsUpAt
      self.cancelledAt = cancelledAt
      self.optsOutAt = optsOutAt
      self.isReplacedAt = isReplacedAt
      self.requestedAgainAt = requestedAgainAt
    }

    var limit: Int64 { request.policy.holdTimeout.milliseconds + Scenario.switchGrace }
  }

  /// A call that a phone has with somebody we know nothing of.
  struct OtherCall {
    let endpoint: String
    let from: Int64
    let to: Int64
  }

  /// The shipped dialplan sets the dead-man's switch that much behind the hold timeout.
  static let switchGrace: Int64 = 15_000
  static let returnApplication = "voice-agent"

  let calls: [Call]
  let manners: Manners
  let endpoints: [String]
  let unknownEndpoints: Set<String>
  let applications: Set<String>
  let otherCalls: [OtherCall]
  /// Whether Asterisk tells which phones are in use.
  let phonesAreWatched: Bool
  let disturbance: Disturbance

  init(_ random: inout SeededRandom) throws {
    let keys = random.one(of: [("1", "2", "3"), ("*2", "*3", "#"), ("12", "2", "3"), ("55", "0", "*")])
    manners = Manners(
      accept: keys.0,
      decline: keys.1,
      again: keys.2,
      ringTimeout: random.one(of: [3_000, 10_000, 25_000]),
      acceptTimeout: random.one(of: [2_000, 8_000, 20_000]),
      briefing: random.milliseconds(500...9_000)
    )
    let policy = try Self.policy(manners, &random)
    let names = (1...random.one(of: [1, 2, 3, 4])).map { "p\($0)" }
    let count = random.one(weighted: [(5, 1), (3, 2), (2, 3)])
    var calls: [Call] = []
    for number in 1...count { calls.append(try Self.call(number, of: names, policy, &random)) }
    self.calls = calls
    endpoints = names.map { "PJSIP/\($0)" }
    unknownEndpoints = Set(endpoints.filter { _ in random.chance(6) })
    applications = random.chance(70) ? [Self.returnApplication] : []
    phonesAreWatched = random.chance(50)
    otherCalls = endpoints.filter { _ in random.chance(10) }.map {
      let start = random.milliseconds(0...20_000)
      return OtherCall(endpoint: $0, from: start, to: start + random.milliseconds(500...30_000))
    }
    disturbance = Disturbance(&random)
  }

  private static func policy(_ manners: Manners, _ random: inout SeededRandom) throws -> TransferPolicy {
    guard let accept = DigitSequence(manners.accept), let decline = DigitSequence(manners.decline),
      let again = DigitSequence(manners.again)
    else { throw SimulationError.noSuchKeys }
    let words = { (text: String, percent: Int, random: inout SeededRandom) in
      try Template(parsing: random.chance(percent) ? text : "")
    }
    var policy = TransferPolicy(
      keys: AnswerKeys(accept: accept, decline: decline, repeat: again),
      announcement: try words("One moment.", 80, &random),
      briefing: try Template(parsing: "A call."),
      mergePrompt: try words("Connecting.", 80, &random)
    )
    policy.holdTimeout = .seconds(random.one(of: [5, 12, 30, 90]))
    policy.ringTimeout = .milliseconds(manners.ringTimeout)
    policy.acceptTimeout = .milliseconds(manners.acceptTimeout)
    policy.onFailure = random.one(weighted: [
      (7, .returnToDialplan), (1, .hangUp), (1, .voicemail), (1, .callback),
    ])
    policy.afterCall = random.chance(30) ? .hangUp : .returnToDialplan
    policy.comfortInterval = random.one(of: [.zero, .seconds(3), .seconds(10)])
    policy.comfortMessage = try words("Still trying.", 80, &random)
    policy.optOut = random.chance(50) ? DigitSequence("*") : nil
    policy.farewells.general = try words("Nobody is free.", 50, &random)
    policy.returnTo = random.chance(20) ? returnApplication : ""
    policy.voiceAgentLeg = random.one(of: [.hangUp, .mute, .keep])
    policy.reminder = try words("Press a key.", 60, &random)
    policy.hintsAtWrongKeys = random.chance(50)
    policy.takenMessage = try words("Somebody else took the call.", 70, &random)
    policy.machineDetection = random.one(of: [.off, .parallel, .before])
    policy.voicemailMessage = try words("Please call back.", 40, &random)
    return policy
  }

  private static func call(
    _ number: Int,
    of names: [String],
    _ policy: TransferPolicy,
    _ random: inout SeededRandom
  ) throws -> Call {
    guard let id = TransferID("t\(number)") else { throw SimulationError.noSuchTransfer }
    let targets = random.shuffled(names).prefix(1 + random.below(names.count)).map {
      Target(name: $0, spokenName: $0, dialString: "PJSIP/\($0)", policy: policy)
    }
    let party = Party(
      name: "support",
      spokenName: "support",
      targets: targets,
      strategy: random.one(of: [.order, .all, .leastRecent])
    )
    let hold = policy.holdTimeout.milliseconds
    let arrival = random.milliseconds(0...15_000)
    let sometime = { (percent: Int, random: inout SeededRandom) -> Int64? in
      random.chance(percent) ? arrival + random.milliseconds(0...(hold * 3 / 2)) : nil
    }
    let ring = TransferPlan.ring(party)
    let question = DispatchQuestion(
      rule: "outside",
      spokenName: "somebody",
      timeout: .milliseconds(800),
      fallback: random.chance(70) ? ring : .turnAway("We are closed.")
    )
    let refusal = random.one(of: [TransferPlan.turnAway("We are closed."), .refuse(.disabled)])
    return Call(
      TransferRequest(
        id: id,
        caller: Caller(
          channel: "caller-\(number)",
          name: "Jane",
          number: "+1555\(number)",
          isAnswered: random.chance(90),
          dialplansLimit: policy.holdTimeout + .milliseconds(Self.switchGrace)
        ),
        context: CallContext(),
        policy: policy,
        plan: random.chance(3) ? refusal : random.chance(10) ? .ask(question) : ring,
        voiceAgent: random.chance(10) ? "voice-\(number)" : nil,
        summary: random.chance(20) ? .model : .given
      ),
      arrivesAt: arrival,
      hangsUpAt: sometime(40, &random),
      cancelledAt: sometime(10, &random),
      optsOutAt: sometime(10, &random),
      isReplacedAt: sometime(5, &random),
      requestedAgainAt: sometime(5, &random)
    )
  }
}

enum SimulationError: Error { case noSuchKeys, noSuchTransfer }
