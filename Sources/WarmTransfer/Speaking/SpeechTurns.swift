import Transfer

/// One text is spoken at a time, and that which is needed first is the first. What a transfer that is over still wanted to
/// have spoken leaves the queue.
struct SpeechTurns {
  private struct Waiting {
    let transfer: TransferID
    let neededAt: ContinuousClock.Instant
    let turn: CheckedContinuation<Bool, Never>
  }

  private var isTaken = false
  private var waiting: [Waiting] = []

  var count: Int { waiting.count }

  /// Resumed when it is this one's turn, with false when it never will be.
  mutating func take(
    _ turn: CheckedContinuation<Bool, Never>,
    for transfer: TransferID,
    neededAt: ContinuousClock.Instant
  ) {
    if isTaken { return waiting.append(Waiting(transfer: transfer, neededAt: neededAt, turn: turn)) }
    isTaken = true
    turn.resume(returning: true)
  }

  mutating func pass() {
    // Of several that are needed at the same time, the one that came first.
    guard let next = waiting.indices.min(by: { waiting[$0].neededAt < waiting[$1].neededAt }) else {
      return isTaken = false
    }
    waiting.remove(at: next).turn.resume(returning: true)
  }

  mutating func drop(_ transfer: TransferID) {
    for dropped in waiting where dropped.transfer == transfer { dropped.turn.resume(returning: false) }
    waiting.removeAll { $0.transfer == transfer }
  }
}

extension Voice {
  /// Of its recorded prompts: `de`, `en_US`.
  var languageInAsterisk: String { Self.languageInAsterisk(name) }

  static func languageInAsterisk(_ name: String) -> String {
    let parts = name.prefix { $0 != "+" }.split(separator: "-")
    return ([parts.first.map(String.init) ?? "en"] + parts.dropFirst().prefix(1).map { $0.uppercased() })
      .joined(separator: "_")
  }
}

extension SpeechID {
  /// When somebody listens for it, at the earliest, counted from when it is ordered.
  var neededAfter: Duration {
    switch self {
    // They listen already.
    case .announcement, .farewell, .message, .menu: .zero
    // A phone rings first.
    case .briefing: .seconds(1)
    // And then there is the briefing.
    case .mergePrompt, .taken: .seconds(4)
    case .reminder, .comfort: .seconds(10)
    }
  }
}
