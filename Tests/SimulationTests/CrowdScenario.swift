import ARI
import Settings
import Transfer
import Transport

@testable import Settings
@testable import WarmTransfer

extension Scenario {
  private static let waiting = 50
  private static let agents = 5
  private static let teams = 4
  /// They come within this time: far quicker than they can be served.
  private static let rush: Int64 = 60_000

  /// Fifty callers who wait for five people, each caller for one of four teams, with priorities. Asterisk does what it is
  /// told; the service may die on the way, and always comes back.
  convenience init(crowd random: inout SeededRandom) throws {
    let manners = Manners(
      accept: "1",
      decline: "2",
      again: "3",
      ringTimeout: random.one(of: [3_000, 10_000]),
      acceptTimeout: random.one(of: [2_000, 8_000]),
      briefing: random.milliseconds(500...9_000)
    )
    var policy = try Self.policy(manners, &random)
    policy.holdTimeout = .seconds(random.one(of: [60, 300, 1_200]))
    policy.returnTo = ""
    policy.optOut = nil
    policy.callback = CallbackPolicy()
    if random.chance(60) {
      policy.callback.dial = DialPattern("PJSIP/*@out")
      policy.callback.offer = DigitSequence("*")
      policy.callback.ringTimeout = .seconds(10)
      policy.callback.tries = random.one(of: [1, 2])
      policy.callback.pause = .seconds(60)
      policy.callback.expiry = .seconds(300)
    }
    policy.comfortInterval = .seconds(20)
    policy.comfortMessage = try Template(parsing: random.chance(50) ? "Number {place}, {wait}." : "Still trying.")
    let names = (1...Self.agents).map { "p\($0)" }
    var settings = Self.settings(policy, names, &random)
    settings.summaryModel = nil
    settings.groups = (1...Self.teams).map { Self.group($0, of: names, &random) }
    let calls = try (1...Self.waiting).map { try Self.caller($0, settings, &random) }
    self.init(
      settings: settings,
      calls: calls,
      manners: manners,
      endpoints: names.map { "PJSIP/\($0)" },
      disturbance: Disturbance(ofCrowd: &random)
    )
  }

  private static func caller(_ number: Int, _ settings: Settings, _ random: inout SeededRandom) throws -> Call {
    guard let id = TransferID("t\(number)") else { throw SimulationError.noSuchTransfer }
    let hold = settings.transfer.holdTimeout.milliseconds
    let arrival = random.milliseconds(0...rush)
    let variables = [
      "TIMEOUT(absolute)": String((hold + switchGrace) / 1_000),
      "WT_TARGET": "support-\(1 + random.below(teams))",
      "WT_PRIORITY": String(random.one(weighted: [(6, 0), (2, 5), (1, 10), (1, -5)])),
    ]
    let channel = try ARIChannel([
      "id": .string("caller-\(number)"), "name": .string("caller-\(number)"), "state": "Up",
      "caller": ["name": "Jane", "number": .string("+1555\(number)")],
    ])
    let arrived = Arrival(channel: channel, arguments: [], variables: variables)
    return Call(
      arrived.request(id, settings, at: WallTime(milliseconds: 0)),
      variables,
      comesByAPI: false,
      decision: nil,
      arrivesAt: arrival,
      hangsUpAt: random.chance(20) ? arrival + random.milliseconds(0...hold) : nil,
      cancelledAt: nil,
      optsOutAt: random.chance(25) ? arrival + random.milliseconds(1_000...40_000) : nil,
      isReplacedAt: nil,
      requestedAgainAt: nil
    )
  }
}

extension Disturbance {
  fileprivate init(ofCrowd random: inout SeededRandom) {
    guard random.chance(40) else { return }
    crashes = (0...random.below(3)).map { _ in
      Crash(
        afterSteps: 1 + random.below(900),
        delay: random.milliseconds(0...6),
        pause: random.milliseconds(100...5_000)
      )
    }
  }
}
