import Foundation
import Lab
import Testing

/// Those who can be rung, whether they want to be, and what they are doing.
@Suite(.lab, .serialized) struct AgentTests {
  /// From the phone, with the shipped feature codes.
  private func dial(_ code: String, in scene: Scene) async throws {
    let call = try await scene.lab.call(code)
    try await call.leg.time(of: .gone, within: .seconds(10))
  }

  private func agents(of scene: Scene) throws -> [String] {
    try scene.service.ask("agents").dropFirst().map { $0.split(separator: " ").joined(separator: " ") }
  }

  @Test func whoHasSignedOffIsNotRungUntilTheySignOnAgain() async throws {
    try await Scene.with(
      .group("team", "ann, ben"),
      .person("ann", "accept-fast-300-500"),
      .person("ben", "accept-fast-300-500")
    ) { scene in
      #expect(try agents(of: scene) == ["ann on unknown -", "ben on unknown -"])
      try await dial("off-ann", in: scene)
      #expect(try agents(of: scene) == ["ann off unknown -", "ben on unknown -"])
      let call = try await scene.call("team")
      let ben = try await call.agent(named: "ben")
      try await ben.time(of: .talking, within: .seconds(20))
      let shown = try agents(of: scene)
      #expect(shown.first == "ann off unknown -")
      #expect(
        shown.last?.hasPrefix("ben on unknown ") == true && shown.last?.hasSuffix(" connected") == true,
        "\(shown)"
      )
      try await Task.sleep(for: .milliseconds(500))
      try await ben.hangUp()
      try await call.back().expect("CONNECTED", "COMPLETED", of: "ben", heard: .heldAndJoined)

      try await dial("on-ann", in: scene)
      let next = try await scene.call("team")
      let ann = try await next.agent(named: "ann")
      try await ann.time(of: .talking, within: .seconds(20))
      try await Task.sleep(for: .milliseconds(500))
      try await ann.hangUp()
      try await next.back().expect("CONNECTED", "COMPLETED", of: "ann", heard: .heldAndJoined)
    }
  }

  @Test func signedOffIsSignedOffAlsoForAServiceThatStartsLater() async throws {
    try await Scene.with(.person("ann", "accept-fast-300-500")) { scene in
      try await dial("off-ann", in: scene)
      try await scene.service.stop()
      let again = try scene.service.again()
      try await again.logged("info ready", from: 5)
      try await scene.call("ann").back()
        .expect("RETURNED", "UNREACHABLE", of: "ann", heard: .toldAtOnce, waited: 0...1)
      try await again.stop()
      try await dial("on-ann", in: scene)
    }
  }
}
