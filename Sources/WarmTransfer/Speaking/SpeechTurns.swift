import Transfer

/// One text is spoken at a time, in the order in which they came. What a transfer that is over still wanted to have
/// spoken leaves the queue.
struct SpeechTurns {
  private struct Waiting {
    let transfer: TransferID
    let turn: CheckedContinuation<Bool, Never>
  }

  private var isTaken = false
  private var waiting: [Waiting] = []

  var count: Int { waiting.count }

  /// Resumed when it is this one's turn, with false when it never will be.
  mutating func take(_ turn: CheckedContinuation<Bool, Never>, for transfer: TransferID) {
    if isTaken { return waiting.append(Waiting(transfer: transfer, turn: turn)) }
    isTaken = true
    turn.resume(returning: true)
  }

  mutating func pass() {
    guard !waiting.isEmpty else { return isTaken = false }
    waiting.removeFirst().turn.resume(returning: true)
  }

  mutating func drop(_ transfer: TransferID) {
    for dropped in waiting where dropped.transfer == transfer { dropped.turn.resume(returning: false) }
    waiting.removeAll { $0.transfer == transfer }
  }
}
