import ARI
import Runtime
import Store
import Transfer
import Transport
import Web

/// Tokens that are for one call. Known here, as they are asked for with every request of theirs; the store has them too,
/// for the next start. The end of the call needs no word of it: then there is nothing that could be done with them.
actor CallTokens {
  /// Longer than calls last.
  static let last: Duration = .seconds(2 * 3_600)
  /// Beyond it the oldest go.
  static let most = 20_000
  private static let randomBytes = 32

  private let journal: JournalWriter
  private let wall: @Sendable () -> WallTime
  private var known: [String: StoredCallToken] = [:]
  /// Digests in the order in which they end.
  private var order: [String] = []
  /// How many of them have gone already.
  private var gone = 0

  /// With those of a service before this one.
  init(
    _ earlier: [StoredCallToken],
    journal: JournalWriter,
    wall: @escaping @Sendable () -> WallTime = { SystemClock().wall }
  ) {
    self.journal = journal
    self.wall = wall
    for token in earlier { known[token.digest] = token }
    order = earlier.map(\.digest)
  }

  func make(for channel: String) async throws(Refusal) -> CallToken {
    let secret = try Self.newSecret()
    let now = wall()
    let stored = StoredCallToken(digest: Self.digest(of: secret), channel: channel, until: now + Self.last)
    add(stored, at: now)
    do throws(JournalError) {
      try await journal.keep(stored, over: now)
    } catch {
      known[stored.digest] = nil
      throw .unwritable(error)
    }
    return CallToken(secret: secret, channel: channel, until: stored.until)
  }

  func channel(of secret: String) -> String? {
    known[Self.digest(of: secret)].flatMap { $0.until > wall() ? $0.channel : nil }
  }

  private func add(_ token: StoredCallToken, at now: WallTime) {
    known[token.digest] = token
    order.append(token.digest)
    while order.count - gone > Self.most || isOver(order[gone], at: now) {
      known[order[gone]] = nil
      gone += 1
    }
    guard gone * 2 > order.count else { return }
    order.removeFirst(gone)
    gone = 0
  }

  private func isOver(_ digest: String, at now: WallTime) -> Bool { known[digest].map { $0.until <= now } ?? true }

  private static func newSecret() throws(Refusal) -> String {
    do {
      return CallToken.prefix + Secrets.hexadecimal(try Secrets.random(randomBytes))
    } catch {
      throw .notAcceptingNow("\(error)")
    }
  }

  private static func digest(of secret: String) -> String { Secrets.hexadecimal(Secrets.sha256(Array(secret.utf8))) }
}

extension ServiceBackend {
  func makeCallToken(for channel: String) async throws(Refusal) -> CallToken {
    _ = try await refusing { () async throws(ARIError) in try await pbx.client.channels.get(channel) }
    return try await callTokens.make(for: channel)
  }

  func channel(ofCallToken secret: String) async -> String? { await callTokens.channel(of: secret) }
}
