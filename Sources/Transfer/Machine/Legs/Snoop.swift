/// The copy of what a person says, for the detector of answering machines.
struct Snoop: Equatable, Sendable, Codable {
  private(set) var isOpen = false

  mutating func open(on leg: LegID) -> [TransferEffect] {
    isOpen = true
    return [.openSnoop(leg)]
  }

  mutating func close(on leg: LegID) -> [TransferEffect] {
    guard isOpen else { return [] }
    isOpen = false
    return [.closeSnoop(leg)]
  }
}

/// What was sent to a phone to be played and has not ended. Asterisk plays one after the other.
struct Playbacks: Equatable, Sendable, Codable {
  private var queue: [PlaybackID] = []

  var isSilent: Bool { queue.isEmpty }

  mutating func add(_ playback: PlaybackID) { queue.append(playback) }

  mutating func ended(_ playback: PlaybackID) { queue.removeAll { $0 == playback } }

  /// What waits is stopped before what is heard, or it would be heard for an instant.
  mutating func stop() -> [TransferEffect] {
    defer { queue = [] }
    return queue.reversed().map { .stopPlayback($0) }
  }
}
