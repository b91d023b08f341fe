import Settings
import Store
import Testing
import Transfer
import Transport
import Web

@testable import ARI
@testable import WarmTransfer

/// Who says how urgent a call is, and whose word counts.
@Suite struct PriorityTests {
  private static let conf = """
    [general]
    ari_password = x
    [alice]
    type = target
    dial = PJSIP/alice
    [worth]
    type = fact
    label = Worth
    priority = yes
    [gold]
    type = rule
    topic = gold
    target = alice
    priority = 7
    [usual]
    type = rule
    target = alice
    """

  private func arrival(_ variables: [String: String], _ arguments: [String], _ ordered: Int?) throws -> Arrival {
    let channel = try ARIChannel(["id": "c.1", "name": "PJSIP/x-1", "state": "Up"])
    var arrival = Arrival(channel: channel, arguments: arguments, variables: variables)
    arrival.order = ordered.map { TransferOrder(channel: "c.1", priority: $0, requestedBy: "test") }
    return arrival
  }

  private func priority(of arrival: Arrival) throws -> Int {
    let files = ConfFiles(read: { _, _ throws(ConfFiles.ReadError) in Array(Self.conf.utf8) }, expand: { [$0] })
    let settings = try Settings.load("/etc/asterisk/warm_transfer.conf", from: files)
    let id = try #require(TransferID("k3"))
    return arrival.request(id, settings, at: WallTime(milliseconds: 1_780_300_800_000)).priority
  }

  private static let worth = #"{"worth": 3}"#

  @Test(
    arguments: [
      ([:], [], nil, 0), (["WT_CONTEXT": worth], [], nil, 3), (["WT_CONTEXT": worth, "WT_TOPIC": "gold"], [], nil, 7),
      (["WT_TOPIC": "gold", "WT_PRIORITY": "-5"], [], nil, -5), (["WT_PRIORITY": "5"], ["priority=6"], nil, 6),
      (["WT_PRIORITY": "5"], ["priority=6"], 0, 0), (["WT_PRIORITY": "500"], [], nil, 100),
      (["WT_PRIORITY": "-1e9"], [], nil, 0), (["WT_PRIORITY": "-1000.5"], [], nil, -100),
      (["WT_PRIORITY": "high", "WT_TOPIC": "gold"], [], nil, 7),
      (["WT_TARGET": "alice", "WT_TOPIC": "gold"], [], nil, 0),
    ] as [([String: String], [String], Int?, Int)]
  )
  func whoseWordCounts(_ variables: [String: String], _ arguments: [String], _ ordered: Int?, _ expected: Int) throws {
    #expect(try priority(of: arrival(variables, arguments, ordered)) == expected)
  }

  @Test func whatIsNoNumberIsTold() throws {
    #expect(try arrival(["WT_PRIORITY": "high"], [], nil).unreadablePriority == "high")
    #expect(try arrival(["WT_PRIORITY": "5"], [], nil).unreadablePriority == nil)
    #expect(Arrival.variableNames.contains("WT_PRIORITY"), "or it is not read")
  }

  /// Asterisk keeps the sign, as if they had signed off themselves.
  @Test func whoIsSignedOffIsSignedOffInAsterisk() throws {
    var stage = try Stage(conf: "[billing]\ntype = target\ndial = PJSIP/billing\nmisses_before_sign_off = 1\n")
    try stage.connects()
    let caller = try Stage.channel("caller.1")
    stage.tell { $0.heard(.stasisStart(caller, arguments: [], replaces: nil), from: .main, at: $1) }
    try stage.answer(.success(.values(["WT_TARGET": "billing"]))) { if case .variables = $0 { true } else { false } }
    stage.obeys()
    let phone = try Stage.channel("wt-k3-agent-1")
    stage.tell { $0.heard(.channelDestroyed(phone, cause: 19), from: .main, at: $1) }
    #expect(stage.asked.contains(.command(.signOff("billing"))))
    let report = try #require(stage.coordinator.agents(on: .main).first)
    #expect(!report.isAvailable && report.missedCalls == 1)
    #expect(report.json["missed_calls"] == 1)
    let told = stage.written.flatMap(\.notices).map(\.change).filter { $0.signedOff != nil }
    #expect(told.map(\.signedOff) == ["billing"])
    let sign = ARIEvent.deviceStateChanged(device: DeviceState.sign(of: "billing"), state: DeviceState.signedOn)
    stage.tell { $0.heard(sign, from: .main, at: $1) }
    #expect(stage.coordinator.agents(on: .main).first?.missedCalls == nil)
  }

  /// Asked for when the message is due, and answered from the line as it is then.
  @Test func thePlaceIsFoundWhenItIsDue() throws {
    var stage = try Stage(
      conf:
        "[transfer]\ncomfort_interval = 20\ncomfort_message = Number {place}.\n[billing]\ntype = target\ndial = PJSIP/billing\n"
    )
    try stage.connects()
    for number in 1...3 {
      let caller = try Stage.channel("caller.\(number)")
      stage.tell { $0.heard(.stasisStart(caller, arguments: [], replaces: nil), from: .main, at: $1) }
      try stage.answer(.success(.values(["WT_TARGET": "billing"]))) { if case .variables = $0 { true } else { false } }
      stage.obeys()
      stage.now = stage.now + .milliseconds(1)
    }
    let ids = try ["k3", "k4", "k5"].map { try #require(TransferID($0)) }
    let reports = ids.map { stage.coordinator.report(of: $0) }
    #expect(reports.map { $0?.place } == [1, 1, 2])
    #expect(reports[2]?.json(withContext: false)["place"] == 2)
    stage.passes(.seconds(20))
    let found = stage.written.compactMap { entry -> Int? in
      if case .placeFound(let place, _) = entry.event { place } else { nil }
    }
    #expect(found == [1, 1, 2])
  }
}
