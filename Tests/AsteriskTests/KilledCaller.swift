import Foundation
import Lab
import Transport

/// What became of one caller of a service that is killed again and again.
struct KilledCaller: CustomStringConvertible {
  /// How the caller comes to the service.
  enum Way: String, CaseIterable {
    case dialplan, handedOver, ordered
  }

  var way: Way
  var target: String
  /// Result and cause, nil where the caller was lost.
  var end: String?
  /// A conversation in which nothing was missing, or nil where there was none.
  var isUndisturbed: Bool?
  /// The voice agent was still with a caller who has talked to a person.
  var voiceAgentStayed = false

  var description: String { "\(way) to \(target): \(end ?? "lost")" }

  private static let patience: Duration = .seconds(60)

  static func called(_ target: String, _ way: Way, _ agent: VoiceAgent, in scene: Scene) async throws -> KilledCaller {
    var fate = KilledCaller(way: way, target: target)
    let call = try await way == .dialplan ? scene.call(target) : scene.lab.call("voice-agent")
    let conversation = way == .dialplan ? nil : try await agent.talk(to: call.number)
    if let conversation {
      if way == .handedOver {
        try await agent.handOverWhenPossible(conversation, ["target=\(target)", "return_to=\(VoiceAgent.application)"])
      } else {
        try await order(target, for: conversation, of: scene)
      }
    }
    fate.end = try await end(of: call, conversation, agent)
    guard fate.end != nil else { return fate }
    try await Task.sleep(for: .milliseconds(300))
    try await call.hangUp()
    fate.isUndisturbed = try await call.heard().conversationIsUndisturbed
    if let conversation {
      let isThere = try await agent.isInBridge(conversation)
      fate.voiceAgentStayed = isThere && fate.isUndisturbed != nil
      try await agent.leave(conversation)
    }
    return fate
  }

  /// By request, until the service says that it has the caller: it may be killed before it has answered.
  private static func order(_ target: String, for conversation: VoiceAgent.Conversation, of scene: Scene) async throws {
    let order: JSON = ["channel": .string(conversation.caller), "target": .string(target)]
    let deadline = ContinuousClock.now + patience
    while true {
      do {
        let answer = try await APIClient.with(scene) { try await $0.ask(.post, "/v1/transfers", order) }
        if answer.status == 201 || answer.code == "channel_already_ours" { return }
        guard answer.status == 503, ContinuousClock.now < deadline else {
          throw LabError(.timedOut, "not ordered: \(answer.json.serialized())")
        }
      } catch let error as HTTPError {
        guard ContinuousClock.now < deadline else { throw error }
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// In the dialplan or with the voice agent, wherever the caller is first.
  private static func end(
    of call: Call,
    _ conversation: VoiceAgent.Conversation?,
    _ agent: VoiceAgent
  ) async throws -> String? {
    do {
      return try await withThrowingTaskGroup(of: String.self) { places in
        places.addTask {
          let outcome = try await call.returned(within: patience)
          return "\(outcome.result) \(outcome.cause)"
        }
        if let conversation {
          places.addTask {
            try await agent.returned(conversation, within: patience).dropFirst().prefix(2).joined(separator: " ")
          }
        }
        let first = try await places.next()
        places.cancelAll()
        return first
      }
    } catch let error as LabError where error.kind == .timedOut {
      return nil
    }
  }
}
