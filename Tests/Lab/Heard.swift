/// A stretch of a recording with the same kind of sound all through.
package struct Heard: Sendable, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable, CaseIterable {
    case silence, music, callerTone, agentTone, voiceAgentTone, returnedTone
    /// Anything else: speech, or several sounds at once.
    case other

    package var frequencies: [Double] {
      switch self {
      case .music: [440, 554]
      case .callerTone: [1000]
      case .agentTone: [600]
      case .voiceAgentTone: [700]
      case .returnedTone: [350]
      case .silence, .other: []
      }
    }
  }

  package var kind: Kind
  package var start: Duration
  package var length: Duration
  package var end: Duration { start + length }

  package var description: String { "\(start.inSeconds) \(kind.rawValue) \(length.inSeconds)" }
}

extension Sound {
  /// Below this a frame is silence: mu-law has steps of 8 around zero.
  private static let silenceLevel = 40.0

  package func kind(ofFrame index: Int) -> Heard.Kind {
    guard loudness(ofFrame: index) > Self.silenceLevel else { return .silence }
    let tones = Heard.Kind.allCases.filter { !$0.frequencies.isEmpty }
    return tones.first { tone in
      tone.frequencies.reduce(0) { $0 + share(of: $1, inFrame: index) } > 0.8
        && tone.frequencies.allSatisfy { share(of: $0, inFrame: index) > 0.15 }
    } ?? .other
  }

  /// What is heard, one after the other. Stretches shorter than `shortest` are taken for the edge of the one before.
  package func timeline(ignoringShorterThan shortest: Duration = .milliseconds(60)) -> [Heard] {
    var all: [Heard] = []
    for index in 0..<frameCount { all.extend(with: kind(ofFrame: index), by: Self.frameLength) }
    var kept: [Heard] = []
    for heard in all {
      kept.extend(with: heard.length < shortest ? kept.last?.kind ?? heard.kind : heard.kind, by: heard.length)
    }
    return kept
  }

  /// Every frame counts here, also one alone.
  package func longestSilence(from start: Duration = .zero, to end: Duration? = nil) -> Duration {
    var longest = Duration.zero
    var current = Duration.zero
    for index in 0..<frameCount where Self.frameLength * index >= start && Self.frameLength * index < end ?? length {
      current = kind(ofFrame: index) == .silence ? current + Self.frameLength : .zero
      longest = max(longest, current)
    }
    return longest
  }

  package func first(_ kind: Heard.Kind, after start: Duration = .zero) -> Heard? {
    timeline().first { $0.kind == kind && $0.end > start }
  }

  /// The first sound of any kind that is not silence.
  package func firstSound(after start: Duration = .zero) -> Duration? {
    (0..<frameCount).first { Self.frameLength * $0 >= start && kind(ofFrame: $0) != .silence }
      .map { Self.frameLength * $0 }
  }
}

extension [Heard] {
  fileprivate mutating func extend(with kind: Heard.Kind, by length: Duration) {
    if let last = indices.last, self[last].kind == kind {
      self[last].length += length
    } else {
      append(Heard(kind: kind, start: last?.end ?? .zero, length: length))
    }
  }

  /// One line for each stretch, to be printed when a test fails.
  package var text: String { map(\.description).joined(separator: "\n") }
}

extension Duration {
  package var inSeconds: String {
    let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    let rest = "\(milliseconds % 1000)"
    return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest + "s"
  }
}
