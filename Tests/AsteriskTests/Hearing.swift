import Foundation
import Lab
import Testing

extension Recording {
  /// What was heard one after the other, silence left out. A consonant may sound like a tone for some frames.
  var story: [Heard.Kind] {
    sound.timeline(ignoringShorterThan: .milliseconds(120)).map(\.kind).filter { $0 != .silence }
      .reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// From the first sound of the person to the last there is nothing else; nil where there was no conversation.
  var conversationIsUndisturbed: Bool? {
    let talk = timeline.filter { $0.kind == .agentTone }
    guard let first = talk.first, let last = talk.last else { return nil }
    let heard = timeline.filter { $0.start >= first.start && $0.end <= last.end }
    return heard.allSatisfy { $0.kind == .agentTone || $0.kind == .other || $0.length <= .milliseconds(200) }
  }

  /// Whether the tone is anywhere in it, however faint. A vowel may hold a pitch for some frames.
  func hasTrace(of tone: Heard.Kind) -> Bool { sound.firstTrace(of: tone, frames: 6) != nil }
}

extension Sound {
  func from(_ start: Duration, length: Duration) -> Sound {
    let first = Int(start / .seconds(1) * Double(rate))
    let count = Int(length / .seconds(1) * Double(rate))
    return Sound(samples: Array(samples.dropFirst(first).prefix(count)), rate: rate)
  }
}

extension [Heard.Kind] {
  /// The voice agent before the transfer, music, the words of farewell, the dialplan.
  static let heldAndTold: [Heard.Kind] = [.voiceAgentTone, .music, .other, .returnedTone]
  /// There was nobody to wait for: what is heard of the music is a moment, and may be too short to count.
  static let toldAtOnce: [Heard.Kind] = [.voiceAgentTone, .other, .returnedTone]
  /// The voice agent, music up to the key, the person, the dialplan.
  static let heldAndJoined: [Heard.Kind] = [.voiceAgentTone, .music, .agentTone, .returnedTone]
  /// The voice agent, and at once the dialplan: the transfer was refused.
  static let untouched: [Heard.Kind] = [.voiceAgentTone, .returnedTone]
}

/// A caller who was in the dialplan again after the transfer, and has hung up there.
struct ReturnedCaller {
  let outcome: Call.Outcome
  let recording: Recording

  /// What the dialplan was told, and what the caller heard from the first sound to the last: never nothing at all.
  func expect(
    _ result: String,
    _ cause: String,
    of target: String,
    heard story: [Heard.Kind],
    waited: ClosedRange<Int> = 0...60,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let timeline = recording.timeline.text
    #expect(
      outcome.result == result && outcome.cause == cause && outcome.target == target,
      "\(outcome)",
      sourceLocation: sourceLocation
    )
    #expect(outcome.limit == "0", "the switch would take the caller once more", sourceLocation: sourceLocation)
    let wait = try #require(Int(outcome.wait), sourceLocation: sourceLocation)
    #expect(waited.contains(wait), "\(outcome)", sourceLocation: sourceLocation)
    let heard = story == .toldAtOnce ? recording.story.filter { $0 != .music } : recording.story
    #expect(heard == story, "\(timeline)", sourceLocation: sourceLocation)
    let start = recording.sound.firstSound()
    let end = recording.sound.first(.returnedTone)?.start
    let silence = recording.sound.longestSilence(from: start ?? .zero, to: end)
    #expect(silence <= .milliseconds(200), "\(timeline)", sourceLocation: sourceLocation)
    let metSomebody = story.contains(.agentTone)
    #expect(recording.hasTrace(of: .agentTone) == metSomebody, "\(timeline)", sourceLocation: sourceLocation)
  }
}

extension Call {
  /// Hears the dialplan's tone for a moment and hangs up.
  func back(within limit: Duration = .seconds(30)) async throws -> ReturnedCaller {
    let outcome = try await returned(within: limit)
    try await Task.sleep(for: .milliseconds(500))
    try await hangUp()
    return ReturnedCaller(outcome: outcome, recording: try await heard())
  }
}

extension Leg {
  /// The phone of somebody who was not joined: not a trace of the caller.
  func expectNothingOfTheCaller(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let recording = try await heard()
    #expect(!recording.hasTrace(of: .callerTone), "\(recording.timeline.text)", sourceLocation: sourceLocation)
  }

  /// The phone of somebody who has taken the call: the caller from the key on, and not a trace before it.
  func expectTheCallerAfterTheKey(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let recording = try await heard()
    let key = recording.offset(of: try await time(of: .pressing))
    let story = recording.timeline.text
    let first = try #require(recording.sound.firstTrace(of: .callerTone, frames: 6), "\(story)")
    #expect(first >= key && first < key + .seconds(1), "\(key.inSeconds)\n\(story)", sourceLocation: sourceLocation)
  }
}
