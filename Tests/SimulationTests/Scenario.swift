import ARI
import Settings
import Transfer
import Transport
import Web

@testable import ARI
@testable import Settings
@testable import WarmTransfer

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
    /// As it is to become, if nothing goes wrong.
    let request: TransferRequest
    // Asked for at every turn, and quicker than from the request.
    let id: TransferID
    let channel: String
    let limit: Int64
    let longestMenu: Int64
    /// What the dialplan has set.
    let variables: [String: String]
    /// They talk with a voice agent in another application, and the API asks for them.
    let comesByAPI: Bool
    let arrivesAt: Int64
    /// When the caller loses patience; nil for one who stays.
    let hangsUpAt: Int64?
    let cancelledAt: Int64?
    let optsOutAt: Int64?
    let isReplacedAt: Int64?
    /// The same caller is asked for again.
    let requestedAgainAt: Int64?
    /// Somebody accepts or declines on a screen.
    let decision: (Decision, at: Int64)?

    init(
      _ request: TransferRequest,
      _ variables: [String: String],
      comesByAPI: Bool,
      decision: (Decision, at: Int64)?,
      arrivesAt: Int64,
      hangsUpAt: Int64?,
      cancelledAt: Int64?,
      optsOutAt: Int64?,
      isReplacedAt: Int64?,
      requestedAgainAt: Int64?
    ) {
      self.request = request
      (id, channel) = (request.id, request.caller.channel)
      // They hear it, choose, leave a message, hear it again; and who waits on waits for another hold time, and another.
      let ownMenu: Int64 =
        switch request.policy.onFailure {
        case .menu: 300_000 + 8 * request.policy.holdTimeout.milliseconds
        case .message: 120_000
        case .returnToDialplan, .hangUp, .voicemail, .callback: 0
        }
      longestMenu = ownMenu + (request.policy.callback.dial == nil ? 0 : 300_000)
      limit = request.policy.holdTimeout.milliseconds + Scenario.switchGrace
      self.variables = variables
      self.comesByAPI = comesByAPI
      self.decision = decision
      self.arrivesAt = arrivesAt
      self.hangsUpAt = hangsUpAt
      self.cancelledAt = cancelledAt
      self.optsOutAt = optsOutAt
      self.isReplacedAt = isReplacedAt
      self.requestedAgainAt = requestedAgainAt
    }
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

  let settings: Settings
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
    var settings = Self.settings(policy, names, &random)
    for number in 1...count { settings.groups.append(Self.group(number, of: names, &random)) }
    endpoints = names.map { "PJSIP/\($0)" }
    unknownEndpoints = Set(endpoints.filter { _ in random.chance(6) })
    applications = random.chance(70) ? [Self.returnApplication] : []
    phonesAreWatched = random.chance(50)
    otherCalls = endpoints.filter { _ in random.chance(10) }.map {
      let start = random.milliseconds(0...20_000)
      return OtherCall(endpoint: $0, from: start, to: start + random.milliseconds(500...30_000))
    }
    disturbance = Disturbance(&random)
    // Nobody arms a switch for a caller of another application whose service dies for good on the way.
    let mayComeByAPI = disturbance.crashes.allSatisfy { $0.pause != nil }
    self.settings = settings
    calls = try (1...count).map { try Self.call($0, settings, mayComeByAPI: mayComeByAPI, &random) }
  }

  /// On a day on which Asterisk tells nothing of phones.
  init(settings: Settings, calls: [Call], manners: Manners, endpoints: [String], disturbance: Disturbance) {
    self.settings = settings
    self.calls = calls
    self.manners = manners
    self.endpoints = endpoints
    self.disturbance = disturbance
    (unknownEndpoints, applications, otherCalls, phonesAreWatched) = ([], [], [], false)
  }

  /// A conf file that is the same for all, with what this seed has chosen.
  static func settings(_ policy: TransferPolicy, _ names: [String], _ random: inout SeededRandom) -> Settings {
    var settings = base
    settings.transfer = policy
    settings.targets = names.map { Target(name: $0, spokenName: $0, dialString: "PJSIP/\($0)", policy: policy) }
    var off = policy
    off.enabled = false
    settings.targets.append(Target(name: "off", spokenName: "off", dialString: "PJSIP/off", policy: off))
    settings.rules = [
      DispatchRule(name: "closed", conditions: [.topic(oneOf: ["closed"])], decision: .refuse("We are closed.")),
      DispatchRule(
        name: "outside",
        conditions: [.topic(oneOf: ["outside"])],
        decision: random.chance(70) ? .ring("support-1") : .refuse("We are closed."),
        dispatcher: .init(url: "http://127.0.0.1/", timeout: .milliseconds(800), spokenName: "somebody")
      ),
    ]
    if random.chance(20) { settings.summaryModel = SummaryModel() }
    return settings
  }

  static func group(_ number: Int, of names: [String], _ random: inout SeededRandom) -> TargetGroup {
    TargetGroup(
      name: "support-\(number)",
      spokenName: "support",
      members: Array(random.shuffled(names).prefix(1 + random.below(names.count))),
      strategy: random.one(of: [.order, .all, .leastRecent])
    )
  }

  private static let base: Settings = {
    let text = "[general]\nari_username = a\nari_password = b\nhttp_bind = 127.0.0.1:1\n"
    let files = ConfFiles { _, _ throws(ConfFiles.ReadError) in
      Array(text.utf8)
    } expand: {
      [$0]
    }
    do {
      var settings = try Settings.load("warm_transfer.conf", from: files)
      settings.general.soundsDirectoryInAsterisk = Simulation.soundsFolder
      return settings
    } catch {
      preconditionFailure("the conf file of the simulation: \(error)")
    }
  }()

  static func policy(_ manners: Manners, _ random: inout SeededRandom) throws -> TransferPolicy {
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
      (5, .returnToDialplan), (1, .hangUp), (1, .voicemail), (3, .callback), (3, .menu), (1, .message),
    ])
    policy.menu = try menu(&random)
    policy.callback = callback(&random)
    policy.afterCall = random.chance(30) ? .hangUp : .returnToDialplan
    policy.comfortInterval = random.one(of: [.zero, .seconds(3), .seconds(10)])
    policy.comfortMessage = try words("Still trying.", 80, &random)
    policy.optOut = random.chance(50) ? DigitSequence("*") : nil
    if policy.optOut == nil, random.chance(50) { policy.callback.offer = DigitSequence("*") }
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

  private static func callback(_ random: inout SeededRandom) -> CallbackPolicy {
    var callback = CallbackPolicy()
    guard random.chance(50) else { return callback }
    callback.dial = DialPattern("PJSIP/*@out")
    callback.prefixes = random.chance(50) ? ["7", "1"] : []
    callback.ringTimeout = .seconds(10)
    callback.tries = random.one(of: [1, 2, 3])
    callback.pause = .seconds(random.one(of: [1, 5, 20]))
    callback.expiry = .seconds(random.one(of: [5, 60, 180]))
    callback.detectsMachines = random.chance(70)
    callback.afterPromise = random.one(of: [.hangUp, .returnToDialplan])
    return callback
  }

  private static func menu(_ random: inout SeededRandom) throws -> CallerMenu {
    var menu = CallerMenu()
    for (choice, key) in [(CallerMenu.Choice.message, "1"), (.wait, "2"), (.goBack, "3"), (.callback, "7")]
    where random.chance(80) {
      menu.keys[choice] = DigitSequence(key)
    }
    menu.withoutKey = random.one(of: [.goBack, .goBack, .message])
    menu.patience = .seconds(2)
    menu.longestMessage = .seconds(10)
    menu.silenceAfterMessage = random.one(of: [.zero, .seconds(3)])
    menu.afterMessage = random.one(of: [.hangUp, .returnToDialplan])
    for sentence in MenuSentence.allCases {
      menu.sentences[sentence] = try Template(parsing: random.chance(85) ? "Well?" : "")
    }
    return menu
  }

  private static func call(
    _ number: Int,
    _ settings: Settings,
    mayComeByAPI: Bool,
    _ random: inout SeededRandom
  ) throws -> Call {
    guard let id = TransferID("t\(number)") else { throw SimulationError.noSuchTransfer }
    let hold = settings.transfer.holdTimeout
    let arrival = random.milliseconds(0...15_000)
    let sometime = { (percent: Int, random: inout SeededRandom) -> Int64? in
      random.chance(percent) ? arrival + random.milliseconds(0...(hold.milliseconds * 3 / 2)) : nil
    }
    var variables = ["TIMEOUT(absolute)": String((hold.milliseconds + switchGrace) / 1_000)]
    if random.chance(3) {
      variables.merge(random.one(of: [["WT_TOPIC": "closed"], ["WT_TARGET": "off"]])) { $1 }
    } else if random.chance(10) {
      variables["WT_TOPIC"] = "outside"
    } else {
      variables["WT_TARGET"] = "support-\(number)"
    }
    if random.chance(10) { variables["WT_AI_CHANNEL"] = "voice-\(number)" }
    let comesByAPI = mayComeByAPI && random.chance(15)
    if comesByAPI { variables["TIMEOUT(absolute)"] = nil }
    let isAnswered = random.chance(90)
    // Two of three are calls of platforms that wait until somebody has accepted.
    if !isAnswered, !arrival.isMultiple(of: 3) { variables["WT_ANSWER"] = "accept" }
    let channel = try ARIChannel([
      "id": .string("caller-\(number)"), "name": .string("caller-\(number)"),
      "state": isAnswered ? "Up" : "Ring", "caller": ["name": "Jane", "number": .string("+1555\(number)")],
    ])
    let arrived = Arrival(channel: channel, arguments: [], variables: variables)
    return Call(
      arrived.request(id, settings, at: WallTime(milliseconds: 0)),
      variables,
      comesByAPI: comesByAPI,
      decision: sometime(8, &random).map { (random.one(of: [.accept, .accept, .decline]), at: $0) },
      arrivesAt: arrival,
      // Now and then while it is still asked who they are.
      hangsUpAt: random.chance(4) ? arrival + random.milliseconds(0...6) : sometime(40, &random),
      cancelledAt: sometime(10, &random),
      optsOutAt: sometime(10, &random),
      // Now and then while it is looked whether everybody is there.
      isReplacedAt: random.chance(12) ? 30_000 + random.milliseconds(-40...20) : sometime(5, &random),
      requestedAgainAt: sometime(5, &random)
    )
  }
}

enum SimulationError: Error { case noSuchKeys, noSuchTransfer }
