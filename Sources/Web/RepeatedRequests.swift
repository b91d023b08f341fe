internal import Transport

/// Remembers what was answered to whom under which `Idempotency-Key`, so that a request that is sent again is not done
/// again. For a day, and the last thousand of them, or fewer where the answers are long; a restart forgets them.
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

    var isUnderWay: Bool {
      if case .underWay = state { return true }
      return false
    }

    var bytes: Int {
      guard case .answered(let reply) = state, case .whole(let body) = reply.body else { return 0 }
      return body.count
    }
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
  private let mostBytes: Int
  private let time: Duration
  private var entries: [Key: Entry] = [:]
  /// Oldest first.
  private var order: [Key] = []
  private var bytes = 0

  init(most: Int = 1_000, mostBytes: Int = 8 * 1024 * 1024, time: Duration = .seconds(86_400)) {
    self.most = most
    self.mostBytes = mostBytes
    self.time = time
  }

  /// What was answered; waits for the answer when the first request is still under way. A request that is new has to
  /// be followed by `finish`.
  func begin(_ key: Key, _ fingerprint: [UInt8], at now: ContinuousClock.Instant) async -> Finding {
    while true {
      guard let entry = entries[key], entry.isUnderWay || now - entry.at < time else {
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
      bytes += entries[key]?.bytes ?? 0
      makeRoom()
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
    makeRoom()
  }

  /// Those that are under way have somebody waiting; they are as many as there are connections, at most.
  private func makeRoom() {
    while order.count > most || bytes > mostBytes, let oldest = order.first(where: { entries[$0]?.isUnderWay == false })
    {
      forget(oldest)
    }
  }

  private func forget(_ key: Key) {
    guard let entry = entries.removeValue(forKey: key) else { return }
    bytes -= entry.bytes
    order.removeAll { $0 == key }
  }
}
