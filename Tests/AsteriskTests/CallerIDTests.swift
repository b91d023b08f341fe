import Lab
import Testing

/// What each side's phone shows of the other, while it rings and while they talk, where Asterisk sends and trusts
/// identities (P-Asserted-Identity).
@Suite(.lab, .serialized) struct CallerIDTests {
  private static let proxy = "\"Acme, Inc.\" <+18005551212>"

  /// From the ring to the conversation, with the prompt that both hear in it and the announcer that leaves the bridge after.
  private func conversation(
    _ variables: [String: String] = [:],
    at exten: String = "5000",
    withheld: Bool = false,
    settings: KeyValuePairs<String, String> = [:],
    check: (_ call: Call, _ person: Leg, _ rung: Leg.CallerID) async throws -> Void
  ) async throws {
    let amy = try "amy\(Lab.current().agents.count)"
    try await Scene.with(
      .transfer(["merge_prompt": "Connecting you now."]),
      .person(amy, "accept-private-100-300", settings)
    ) { scene in
      let target = variables.merging(["WT_TARGET": amy]) { $1 }
      let call = try await scene.lab.call(exten, variables: target, withholdsNumber: withheld)
      let person = try await scene.lab.agent(named: amy)
      let rung = try await person.callerID()
      try await person.time(of: .talking)
      try await Task.sleep(for: .seconds(3))
      try await check(call, person, rung)
      try await person.hangUp()
      let returned = try await call.returned()
      #expect(returned.result == "CONNECTED", "\(returned)")
      if exten == "then-dial" { try await expectTheNextPhoneToBeShown(call, scene) }
      try await call.hangUp()
    }
  }

  /// It is no part of the transfer.
  private func expectTheNextPhoneToBeShown(_ call: Call, _ scene: Scene) async throws {
    let next = try await call.agent(named: "next")
    try await next.time(of: .talking)
    try await Task.sleep(for: .milliseconds(500))
    let shown = try await call.leg.display()
    #expect(shown.number == "+4915287654321")
  }

  /// Quotes come as SIP writes them.
  @Test(arguments: [
    ("Łucja Żółć", "Łucja Żółć"), ("山田 太郎", "山田 太郎"), ("Doe, Jane; VIP & Co.", "Doe, Jane; VIP & Co."),
    (#"Mary "Molly" <b> O'Neil\"#, #"Mary \"Molly\" <b> O'Neil"#),
  ])
  func thePersonSeesTheCallersNameAndNumber(_ name: String, _ display: String) async throws {
    try await conversation(["WT_CALLER_NAME": name]) { call, person, rung in
      #expect(rung.description == "\(display) <\(call.number)>")
      let shown = try await person.display()
      #expect(shown == rung)
    }
  }

  @Test func thePersonSeesTheProxyNumberFromBeginningToEnd() async throws {
    try await conversation(settings: ["caller_id": Self.proxy]) { _, person, rung in
      #expect(rung.description == "Acme, Inc. <+18005551212>")
      let shown = try await person.display()
      #expect(shown == rung)
    }
  }

  @Test(arguments: ["caller", Self.proxy])
  func theCallerIsNotShownThePrivateNumber(_ callerID: String) async throws {
    try await conversation(settings: ["caller_id": callerID]) { call, _, _ in
      let shown = try await call.leg.display()
      #expect(shown.number == call.number)
    }
  }

  @Test func aWithheldNumberIsShownToNobody() async throws {
    try await conversation(withheld: true) { call, person, rung in
      #expect(rung.description == "Anonymous <anonymous>")
      let shown = try await person.display()
      #expect(shown == rung)
    }
  }

  @Test func aNameThatWasToldIsShownWithoutTheNumber() async throws {
    try await conversation(["WT_CALLER_NAME": "Jane Doe"], withheld: true) { _, _, rung in
      #expect(rung.description == "Jane Doe <anonymous>")
    }
  }

  @Test func afterTheTransferIdentitiesAreShownAsEver() async throws {
    try await conversation(at: "then-dial") { call, _, _ in
      let shown = try await call.leg.display()
      #expect(shown.number == call.number)
    }
  }
}
