import Lab
import Testing

/// People who are rung by the dialplan, as the extensions, ring groups and queues of a FreePBX are: two halves of a Local
/// channel lie between the caller and the phone.
@Suite(.lab, .serialized) struct LocalChannelTests {
  private static let calls = 16
  private static let atOnce = 8

  /// Who did not hear the other: a conversation in one direction is one that nobody can have.
  @Test func theTwoHearEachOther() async throws {
    let people = (1...Self.atOnce).map { "lou\($0)" }
    let sections = people.map {
      Section.target($0, dials: "Local/dial-accept-fast-300-700-\($0)@inbound")
    }
    try await Scene.with(sections) { scene in
      var deaf: [String] = []
      for _ in 0..<Self.calls / Self.atOnce {
        deaf += try await withThrowingTaskGroup(of: [String].self) { group in
          for person in people { group.addTask { try await converse(with: person, scene) } }
          return try await group.reduce([]) { $0 + $1 }
        }
      }
      #expect(deaf.isEmpty, "of \(Self.calls) calls: \(deaf)")
    }
  }

  private func converse(with person: String, _ scene: Scene) async throws -> [String] {
    let call = try await scene.call(person)
    let phone = try await call.agent()
    try await phone.time(of: .talking)
    try await Task.sleep(for: .seconds(2))
    try await phone.hangUp()
    let caller = try await call.back()
    let theirs = try await phone.heard()
    return (caller.recording.hasTrace(of: .agentTone) ? [] : ["the caller"])
      + (theirs.hasTrace(of: .callerTone) ? [] : ["the person"])
  }
}
