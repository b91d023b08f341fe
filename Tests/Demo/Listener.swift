import Foundation
import Lab

/// Turns the frames that one party hears into news: a new sound, once it has lasted.
struct Listener {
  /// The last sound that was told, and the one that is not yet sure.
  private struct Stretch {
    var sound: String
    var start: Date
    var frames: Int
  }

  private static let callersVoice = "the caller's voice"
  private static let agentsVoice = "the agent's voice"
  private static let frame = 0.02
  private static let sureAfter = 4
  /// Shorter ones are pauses between words.
  private static let silenceAfter = 30

  private let column: Timeline.Column
  private var ear: LiveEar
  private var heard = 0
  private var told = ""
  private var candidate: Stretch?

  init(_ ear: LiveEar, in column: Timeline.Column) {
    self.ear = ear
    self.column = column
  }

  /// Whether the key has been pressed says which of the spoken texts a voice is.
  mutating func listen(isJoined: Bool, into timeline: inout Timeline) throws {
    let sound = try ear.hear()
    for index in 0..<sound.frameCount {
      let now = ear.start + Self.frame * Double(heard)
      heard += 1
      take(name(ofFrame: index, in: sound, isJoined: isJoined), at: now, into: &timeline)
    }
  }

  private mutating func take(_ sound: String, at now: Date, into timeline: inout Timeline) {
    guard sound != told else { return candidate = nil }
    var stretch = candidate ?? Stretch(sound: sound, start: now, frames: 0)
    if stretch.sound != sound { stretch = Stretch(sound: sound, start: now, frames: 0) }
    stretch.frames += 1
    candidate = stretch
    guard stretch.frames >= (sound == "silence" ? Self.silenceAfter : Self.sureAfter) else { return }
    timeline.add(sound, in: column, at: stretch.start)
    told = sound
    candidate = nil
  }

  private func name(ofFrame index: Int, in sound: Sound, isJoined: Bool) -> String {
    switch sound.kind(ofFrame: index) {
    case .silence: "silence"
    case .music: "music"
    case .callerTone: Self.callersVoice
    case .agentTone: Self.agentsVoice
    case .voiceAgentTone: "the voice agent"
    case .returnedTone: "the dialplan again"
    case .other: speech(isJoined: isJoined)
    }
  }

  private func speech(isJoined: Bool) -> String {
    // Once the other's voice is there, the prompt is heard together with it.
    if [Self.callersVoice, Self.agentsVoice].contains(told) { return told }
    if isJoined { return "\"\(Story.mergePrompt)\"" }
    return column == .caller ? "announcement" : "briefing"
  }
}
