import Foundation
import Lab
import Testing

/// The service on the lab of the suite, with the people of one test.
struct Scene: Sendable {
  /// Short, so that a test sees the end of each wait, and nothing said that the test does not listen for.
  private static let usual = """
    [transfer]
    hold_timeout = 20
    ring_timeout = 3
    accept_timeout = 3
    announcement =
    briefing = Somebody calls.
    merge_prompt =
    return_message = Nobody is free.


    """

  let lab: Lab
  let service: ServiceProcess

  /// When the body has returned nothing of the service may be left, in Asterisk or on disk.
  static func with(_ sections: Section..., body: (Scene) async throws -> Void) async throws {
    try await with(sections, body: body)
  }

  static func with(_ sections: [Section], body: (Scene) async throws -> Void) async throws {
    let scene = try await start(sections)
    do {
      try await body(scene)
      #expect(try await scene.leftovers() == [])
      #expect(try await scene.service.stop(), "SIGTERM was not obeyed")
    } catch {
      try await scene.clearAway()
      throw error
    }
  }

  static func start(_ sections: [Section], environment: [String: String] = [:]) async throws -> Scene {
    let lab = try Lab.current()
    let text = usual + sections.map(\.text).joined()
    let service = try ServiceProcess.start(text, in: lab, name: UUID().uuidString, environment: environment)
    let scene = Scene(lab: lab, service: service)
    try await scene.service.logged("info ready")
    return scene
  }

  /// What the service reads at SIGHUP.
  func rewrite(_ sections: [Section]) throws {
    try ServiceProcess.write(Self.usual + sections.map(\.text).joined(), to: service.configuration, lab)
  }

  /// A caller for this target or group.
  func call(_ target: String, _ variables: [String: String] = [:]) async throws -> Call {
    try await lab.call(variables: variables.merging(["WT_TARGET": target]) { $1 })
  }

  /// Channels, bridges and the sound files of transfers, which go a moment after the caller has.
  func leftovers(within limit: Duration = .seconds(3)) async throws -> [String] {
    let deadline = ContinuousClock.now + limit
    var found = try await lab.leftovers(within: limit)
    while true {
      let files = try FileManager.default.contentsOfDirectory(atPath: lab.soundsDirectory.path)
      found += files.filter { $0.hasPrefix("wt-") }
      if found.isEmpty || ContinuousClock.now > deadline { return found }
      try await Task.sleep(for: .milliseconds(20))
      found = []
    }
  }

  /// What a failed test has left would fail the next one too.
  private func clearAway() async throws {
    _ = try await lab.pbx.command("channel request hangup all")
    try await service.stop()
    for bridge in try await lab.pbx.bridges() { _ = try await lab.pbx.command("bridge destroy \(bridge)") }
  }
}
