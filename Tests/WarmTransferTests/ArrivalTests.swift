import Settings
import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

@Suite struct ArrivalTests {
  static let conf = """
    [general]
    ari_password = x
    [transfer]
    hold_music = calm
    [alice]
    type = target
    dial = PJSIP/alice
    hold_music = jazz
    [bob]
    type = target
    dial = PJSIP/bob
    enabled = no
    [pair]
    type = group
    members = bob, alice
    """

  func request(_ arguments: [String] = [], with variables: [String: String] = [:]) throws -> TransferRequest {
    let files = ConfFiles(read: { _, _ throws(ConfFiles.ReadError) in Array(Self.conf.utf8) }, expand: { [$0] })
    let channel = try ARIChannel(
      JSON.object([
        "id": "c.1", "name": "PJSIP/x-1", "state": "Up",
        "caller": .object(["name": "Jane \"Q\", x", "number": "555"]),
      ])
    )
    return Arrival(channel: channel, arguments: arguments, variables: variables).request(
      try #require(TransferID("k3")),
      try Settings.load("/etc/asterisk/warm_transfer.conf", from: files),
      at: WallClock(minuteOfDay: 600, weekday: 1, day: 1, month: 6)
    )
  }

  @Test func oneTargetBringsItsOwnPolicy() throws {
    let request = try request(with: ["WT_TARGET": "alice"])
    #expect(request.policy.holdMusic == "jazz")
    #expect(request.caller.name == "Jane \"Q\", x" && request.caller.number == "555")
  }

  @Test func aGroupIsRungWithoutThoseWhoAreOff() throws {
    let request = try request(with: ["WT_TARGET": "pair"])
    guard case .ring(let party) = request.plan else {
      Issue.record("nobody is rung")
      return
    }
    #expect(party.name == "pair" && party.targets.map(\.name) == ["alice"])
    #expect(request.policy.holdMusic == "calm")
  }

  @Test(arguments: [("bob", Outcome.Cause.disabled), ("carol", .noTarget)])
  func aRefusal(_ target: String, _ cause: Outcome.Cause) throws {
    #expect(try request(with: ["WT_TARGET": target]).plan == .refuse(cause))
  }

  @Test func anArgumentCountsBeforeAVariable() throws {
    let request = try request(["topic=a=b", "target=", "reason=x"], with: ["WT_TOPIC": "c", "WT_TARGET": "alice"])
    #expect(request.context.topic == "a=b" && request.context.reason == "x")
    #expect(request.plan != .refuse(.noTarget))
  }

  @Test(arguments: [
    ("104.998", Duration.milliseconds(104_998)), ("0", nil), ("0.000", nil), ("", nil), ("-3", nil), ("inf", nil),
    ("nan", nil), ("1e300", nil), ("soon", nil),
  ])
  func theDialplansOwnSwitch(_ text: String, _ limit: Duration?) throws {
    #expect(try request(with: ["TIMEOUT(absolute)": text]).caller.dialplansLimit == limit)
  }

  @Test(arguments: [
    (#"{"tier": "gold", "age": 7}"#, ["age=7", "tier=gold"]), ("", []), ("{", []), ("[1]", []),
  ])
  func factsOfTheContext(_ json: String, _ facts: [String]) throws {
    #expect(try request(with: ["WT_CONTEXT": json]).context.facts.map { "\($0.name)=\($0.value)" } == facts)
  }
}
