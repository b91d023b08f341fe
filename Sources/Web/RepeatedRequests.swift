internal import Transport

/// Remembers what was answered to whom under which `Idempotency-Key`, so that a request that is sent again is not done
/// again. For a day, and the last thousand of them; a restart forgets them.
actor RepeatedRequests {
  struct Key: Hashable {
    let token: String
    let route: String
    let key: String
  }

  struct Entry {
    let fingerprint: [UInt8]
    let at: ContinuousClock.Instant
    var state: State
  }

  enum State {
    case underWay([CheckedContinuation<HTTPServerReply?, Never>])
    case answered(HTTPServerReply)
  }

  enum Finding {
    case new
    case answered(HTTPServerReply)
    case otherRequest
  }

  private let most: Int
  private let time: Duration
  private var entries: [Key: Entry] = [:]
  /// Oldest first.
  private var order: [Key] = []

  init(most: Int = 1_000, time: Duration = .seconds(86_400)) {
    self.most = most
    self.time = time
  }

  /// What was answered; waits for the answer when the first request is still under way. A request that is new has to
  /// be followed by `finish`.
  func begin(_ key: Key, _ fingerprint: [UInt8], at now: ContinuousClock.Instant) async -> Finding {
    while true {
      guard let entry = entries[key], now - entry.at < time else {
        remember(key, Entry(fingerprint: fingerprint, at: now, state: .underWay([])))
        return .new
      }
      guard entry.fingerprint == fingerprint else { return .otherRequest }
      switch entry.state {
      case .answered(let reply): return .answered(reply)
      case .underWay:
        let reply = await withCheckedContinuation { wait($0, for: key) }
        if let reply { return .answered(reply) }
      }
    }
  }

  /// What is not worth remembering is forgotten: the next one tries anew.
  func finish(_ key: Key, _ reply: HTTPServerReply, isFinal: Bool) {
    guard case .underWay(let waiting) = entries[key]?.state else { return }
    if isFinal {
      entries[key]?.state = .answered(reply)
    } else {
      forget(key)
    }
    for continuation in waiting { continuation.resume(returning: isFinal ? reply : nil) }
  }

  private func wait(_ continuation: CheckedContinuation<HTTPServerReply?, Never>, for key: Key) {
    guard case .underWay(let waiting) = entries[key]?.state else { return continuation.resume(returning: nil) }
    entries[key]?.state = .underWay(waiting + [continuation])
  }

  private func remember(_ key: Key, _ entry: Entry) {
    forget(key)
    entries[key] = entry
    order.append(key)
    // Those that are under way have somebody waiting; as many as there are connections, at most.
    while order.count > most, let oldest = order.firstIndex(where: { !isUnderWay($0) }) { forget(order[oldest]) }
  }

  private func isUnderWay(_ key: Key) -> Bool {
    if case .underWay = entries[key]?.state { return true }
    return false
  }

  private func forget(_ key: Key) {
    guard entries.removeValue(forKey: key) != nil else { return }
    order.removeAll { $0 == key }
  }
}
