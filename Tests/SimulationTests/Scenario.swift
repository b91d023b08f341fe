import Transfer

/// Who calls, who may be rung, under which settings, and how much goes wrong: all of it from the seed.
struct Scenario {
  /// What the people who are rung know of the settings.
  struct Manners {
    var accept: String
    var decline: String
    var again: String
    var ringTimeout: Int64
    var acceptTimeout: Int64
    var briefing: Int64
  }

  struct Call {
    let request: TransferRequest
    let arrivesAt: Int64
    /// When the caller loses patience; nil for one who stays.
    let hangsUpAt: Int64?
    let cancelledAt: Int64?

    var limit: Int64 { request.policy.holdTimeout.milliseconds + Scenario.switchGrace }
  }

  /// The shipped dialplan sets the dead-man's switch that much behind the hold timeout.
  static let switchGrace: Int64 = 15_000

  let calls: [Call]
  let manners: Manners
  let unknownEndpoints: Set<String>
  let disturbance: Disturbance

  init(_ random: inout SeededRandom) throws {
    let keys = random.one(of: [("1", "2", "3"), ("*2", "*3", "#"), ("12", "2", "3"), ("55", "0", "*")])
    let manners = Manners(
      accept: keys.0,
      decline: keys.1,
      again: keys.2,
      ringTimeout: random.one(of: [3_000, 10_000, 25_000]),
      acceptTimeout: random.one(of: [2_000, 8_000, 20_000]),
      briefing: random.milliseconds(500...9_000)
    )
    var policy = try Self.policy(manners)
    policy.holdTimeout = .seconds(random.one(of: [5, 12, 30, 90]))
    policy.onFailure = random.chance(15) ? .hangUp : .returnToDialplan
    policy.afterCall = random.chance(30) ? .hangUp : .returnToDialplan
    policy.announcement = try Template(parsing: random.chance(80) ? "One moment." : "")
    policy.mergePrompt = try Template(parsing: random.chance(80) ? "Connecting." : "")
    let count = random.one(weighted: [(5, 1), (3, 2), (2, 3)])
    var calls: [Call] = []
    for number in 1...count { calls.append(try Self.call(number, policy, &random)) }
    self.calls = calls
    self.manners = manners
    unknownEndpoints = Set((1...count).filter { _ in random.chance(8) }.map { "PJSIP/p\($0)1" })
    disturbance = Disturbance(&random)
  }

  private static func policy(_ manners: Manners) throws -> TransferPolicy {
    guard let accept = DigitSequence(manners.accept), let decline = DigitSequence(manners.decline),
      let again = DigitSequence(manners.again)
    else { throw SimulationError.noSuchKeys }
    var policy = TransferPolicy(
      keys: AnswerKeys(accept: accept, decline: decline, repeat: again),
      announcement: try Template(parsing: ""),
      briefing: try Template(parsing: "A call."),
      mergePrompt: try Template(parsing: "")
    )
    policy.ringTimeout = .milliseconds(manners.ringTimeout)
    policy.acceptTimeout = .milliseconds(manners.acceptTimeout)
    return policy
  }

  private static func call(_ number: Int, _ policy: TransferPolicy, _ random: inout SeededRandom) throws -> Call {
    let targets = (1...random.one(of: [1, 2, 3])).map { place in
      let name = "p\(number)\(place)"
      return Target(name: name, spokenName: name, dialString: "PJSIP/\(name)", policy: policy)
    }
    guard let id = TransferID("t\(number)") else { throw SimulationError.noSuchTransfer }
    let hold = policy.holdTimeout.milliseconds
    let arrival = random.milliseconds(0...15_000)
    let refusal: TransferPlan = .refuse(random.one(of: [.noTarget, .disabled]))
    return Call(
      request: TransferRequest(
        id: id,
        caller: Caller(
          channel: "caller-\(number)",
          name: "Jane",
          number: "+1555\(number)",
          isAnswered: random.chance(90)
        ),
        context: CallContext(),
        policy: policy,
        plan: random.chance(3) ? refusal : .ring(targets)
      ),
      arrivesAt: arrival,
      hangsUpAt: random.chance(40) ? arrival + random.milliseconds(0...(hold * 3 / 2)) : nil,
      cancelledAt: random.chance(10) ? arrival + random.milliseconds(0...(hold + 2_000)) : nil
    )
  }
}

enum SimulationError: Error { case noSuchKeys, noSuchTransfer }
