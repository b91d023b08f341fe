import Foundation
import Lab
import Testing

/// The shipped configurations of providers' trunks, filled in as their own words say, against doubles of the providers:
/// each takes calls to its own domain from who has the password or the address, and shows one number only.
@Suite(.lab, .serialized) struct TrunkTests {
  struct Trunk: CustomTestStringConvertible, Sendable {
    let name: String
    /// The provider's at the far end.
    let address: String
    /// What the far end dials for a call to the customer's number.
    let inbound: String
    /// Somebody outside, each with a number that no other test calls.
    let person: String
    let domain: String
    var testDescription: String { name }
  }

  private static let number = "+18005551212"
  private static let trunks = [
    Trunk(
      name: "twilio",
      address: "127.0.0.2",
      inbound: "PJSIP/\(number)@twilio",
      person: "+15559876001",
      domain: "acme.pstn.twilio.com"
    ),
    Trunk(
      name: "plivo",
      address: "127.0.0.5",
      inbound: "PJSIP/\(number)@plivo",
      person: "+15559876002",
      domain: "21784177241578.zt.plivo.com"
    ),
    Trunk(
      name: "exotel",
      address: "127.0.0.6",
      inbound: "PJSIP/\(number)@exotel",
      person: "09876543003",
      domain: "acme1.pstn.exotel.com"
    ),
    Trunk(
      name: "sip-provider",
      address: "127.0.0.7",
      inbound: "PJSIP/sip-provider",
      person: "+15559876004",
      domain: "sip.example.org"
    ),
  ]

  @Test(arguments: trunks)
  func aCallComesInThroughTheTrunkAndIsTransferredThroughIt(_ trunk: Trunk) async throws {
    let lab = try Lab.current()
    try await Self.installTrunks(in: lab)
    try await Scene.with(
      .target("amy", dials: "PJSIP/\(trunk.person)@\(trunk.name)", ["caller_id": "\"Acme\" <\(Self.number)>"])
    ) { scene in
      let call = try await scene.lab.call(variables: ["WT_TARGET": "amy"], through: trunk.inbound)
      let phone = try await scene.lab.agent(named: "n\(trunk.person.suffix(4))")
      #expect(try await phone.callerID().description == "Acme <\(Self.number)>")
      #expect(try await phone.address() == "<sip:\(trunk.person)@\(trunk.domain)>")
      try await phone.time(of: .talking)
      try await Task.sleep(for: .seconds(1))
      try await phone.hangUp()
      try await call.back().expect("CONNECTED", "COMPLETED", of: "amy", heard: .heldAndJoined)
      try await phone.expectTheCallerAfterTheKey()
    }
  }

  /// The caller's own number is what a provider rejects.
  @Test func aNumberThatTheProviderDoesNotAllow() async throws {
    let lab = try Lab.current()
    try await Self.installTrunks(in: lab)
    try await Scene.with(.target("amy", dials: "PJSIP/+15559876543@twilio")) { scene in
      let call = try await scene.lab.call(variables: ["WT_TARGET": "amy"], through: Self.trunks[0].inbound)
      let back = try await call.back()
      #expect(back.outcome.result == "RETURNED" && back.outcome.cause == "DECLINED", "\(back.outcome)")
    }
  }

  @Test func anotherNumberLeadsNowhere() async throws {
    let lab = try Lab.current()
    try await Self.installTrunks(in: lab)
    let call = try await lab.call(variables: ["WT_TARGET": "amy"], through: "PJSIP/+18005550000@plivo")
    try await Task.sleep(for: .seconds(1))
    #expect(!call.leg.has(.recording), "the call was answered")
  }
}

// MARK: - Filling in

extension TrunkTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "asterisk-conf/trunks")

  /// As an admin does it, and a proxy beside it, since the providers' own domains are out of reach.
  private static func installTrunks(in lab: Lab) async throws {
    let etc = lab.pbx.directory.appending(path: "etc")
    let file = etc.appending(path: "trunks.conf")
    guard !FileManager.default.fileExists(atPath: file.path) else { return }
    let text = try trunks.map { try filledIn($0, lab) + detour(of: $0, lab) }.joined(separator: "\n")
    try text.write(to: file, atomically: true, encoding: .utf8)
    let dialplan = try shipped("extensions_trunks").replacing("VOICE-AGENT", with: "trunk-agent")
      .replacing("NUMBER", with: number)
    try dialplan.write(to: etc.appending(path: "extensions_trunks.conf"), atomically: true, encoding: .utf8)
    // A transport is read when Asterisk starts.
    try await lab.pbx.restart()
    // Asterisk registers at a random moment in its first ten seconds.
    for _ in 0..<150 where try await !isRegistered(lab) { try await Task.sleep(for: .milliseconds(100)) }
    #expect(try await isRegistered(lab))
  }

  private static func isRegistered(_ lab: Lab) async throws -> Bool {
    try await lab.pbx.command("pjsip show registrations").contains {
      $0.contains("sip-provider") && $0.contains("Registered")
    }
  }

  private static func filledIn(_ trunk: Trunk, _ lab: Lab) throws -> String {
    let values = [
      ("USERNAME", "subscriber"), ("PASSWORD", lab.farEnd.password), ("NUMBER", number),
      ("SIGNALING-ADDRESSES", trunk.address), ("NAME.pstn.twilio.com", trunk.domain),
      ("TRUNK-ID.zt.plivo.com", trunk.domain), ("ACCOUNT.pstn.exotel.com", trunk.domain), ("DOMAIN", trunk.domain),
      ("pstn.in2.exotel.com:5070", "\(trunk.address):\(lab.farEnd.sipPort)"),
      ("0.0.0.0:5070", "127.0.0.4:\(lab.pbx.sipPort)"),
    ]
    let text = try values.reduce(shipped(trunk.name)) { $0.replacing($1.0, with: $1.1) }
    let left = text.split(separator: "\n").filter { !$0.hasPrefix(";") && $0.contains(#/= .*[A-Z]{4}/#) }
      .filter { !$0.contains(lab.farEnd.password) }
    #expect(left.isEmpty, "\(left)")
    return text
  }

  private static func detour(of trunk: Trunk, _ lab: Lab) -> String {
    guard trunk.name != "exotel" else { return "" }
    let proxy = "outbound_proxy = sip:\(trunk.address):\(lab.farEnd.sipPort)\\;lr\ntransport = trunks\n"
    let endpoint = "\n[\(trunk.name)](+type=endpoint)\n\(proxy)media_address = 127.0.0.3\n"
    return trunk.name == "sip-provider" ? endpoint + "\n[sip-provider](+type=registration)\n\(proxy)" : endpoint
  }

  private static func shipped(_ name: String) throws -> String {
    try String(contentsOf: folder.appending(path: "\(name).conf"), encoding: .utf8)
  }
}
