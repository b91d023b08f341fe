import Runtime
import Store
import Transfer
import Transport
import Web

/// Who may sign in, and who is signed in, in browsers. Asked with every request of theirs, so it is known here; the store
/// has it too, for the next start. Of secrets only digests are known.
actor SignIns {
  /// From one hand to another, and no longer.
  static let linkLasts: Duration = .seconds(15 * 60)
  /// A long shift.
  static let sessionLasts: Duration = .seconds(12 * 3_600)
  /// Beyond it those that end first go.
  static let most = 5_000
  private static let randomBytes = 32

  private let journal: JournalWriter
  private let wall: @Sendable () -> WallTime
  private var known: [String: SignIn]

  /// With those of a service before this one.
  init(_ earlier: [SignIn], journal: JournalWriter, wall: @escaping @Sendable () -> WallTime = { SystemClock().wall }) {
    self.journal = journal
    self.wall = wall
    known = Dictionary(earlier.map { ($0.digest, $0) }) { first, _ in first }
  }

  func makeLink(for agent: String) async throws(Refusal) -> AgentLink {
    let secret = try Self.newSecret()
    let link = signIn(secret, .link, agent, lasting: Self.linkLasts)
    try await change(adding: [link])
    return AgentLink(secret: secret, until: link.until)
  }

  /// Takes it: whoever comes second finds nothing.
  func useLink(_ secret: String) async throws(Refusal) -> NewSession? {
    let digest = Self.digest(of: secret)
    guard let link = valid(digest), link.kind == .link else { return nil }
    known[digest] = nil
    let own = try Self.newSecret()
    let new = signIn(own, .agent, link.holder, lasting: Self.sessionLasts)
    try await change(adding: [new], removing: [digest])
    let session = BrowserSession(digest: new.digest, holder: .agent(link.holder))
    return NewSession(secret: own, session: session, lifetime: Self.sessionLasts)
  }

  func signIn(with token: AccessToken) async throws(Refusal) -> NewSession {
    let secret = try Self.newSecret()
    let new = signIn(secret, .token, token.name, tokenDigest: token.sha256, lasting: Self.sessionLasts)
    try await change(adding: [new])
    let session = BrowserSession(digest: new.digest, holder: .token(token))
    return NewSession(secret: secret, session: session, lifetime: Self.sessionLasts)
  }

  func session(_ secret: String, _ settings: APISettings, agents: [String]) -> BrowserSession? {
    session(digest: Self.digest(of: secret), settings, agents: agents)
  }

  /// Nil when it is over: also where the conf file no longer knows the agent or the token.
  func session(digest: String, _ settings: APISettings, agents: [String]) -> BrowserSession? {
    guard let signIn = valid(digest) else { return nil }
    switch signIn.kind {
    case .link: return nil
    case .agent:
      return agents.contains(signIn.holder) ? BrowserSession(digest: digest, holder: .agent(signIn.holder)) : nil
    case .token:
      let token = settings.tokens.first { $0.name == signIn.holder && $0.sha256 == signIn.tokenDigest }
      return token.map { BrowserSession(digest: digest, holder: .token($0)) }
    }
  }

  func end(_ digest: String) async throws(Refusal) {
    known[digest] = nil
    try await change(removing: [digest])
  }

  /// Every link and every browser of an agent.
  func endAll(of agent: String) async throws(Refusal) {
    let theirs = known.values.filter { $0.kind != .token && $0.holder == agent }.map(\.digest)
    for digest in theirs { known[digest] = nil }
    try await change(removing: theirs)
  }

  private func valid(_ digest: String) -> SignIn? { known[digest].flatMap { $0.until > wall() ? $0 : nil } }

  private func signIn(
    _ secret: String,
    _ kind: SignIn.Kind,
    _ holder: String,
    tokenDigest: String = "",
    lasting: Duration
  ) -> SignIn {
    SignIn(
      digest: Self.digest(of: secret),
      kind: kind,
      holder: holder,
      tokenDigest: tokenDigest,
      until: wall() + lasting
    )
  }

  /// Known here at once; refused where it cannot be kept.
  private func change(adding new: [SignIn] = [], removing gone: [String] = []) async throws(Refusal) {
    let now = wall()
    for signIn in new { known[signIn.digest] = signIn }
    known = known.filter { $0.value.until > now }
    let surplus = known.values.sorted { $0.until < $1.until }.prefix(max(0, known.count - Self.most)).map(\.digest)
    for digest in surplus { known[digest] = nil }
    do throws(JournalError) {
      try await journal.change(adding: new, removing: gone + surplus, over: now)
    } catch {
      for signIn in new { known[signIn.digest] = nil }
      throw .unwritable(error)
    }
  }

  private static func newSecret() throws(Refusal) -> String {
    do {
      return Secrets.hexadecimal(try Secrets.random(randomBytes))
    } catch {
      throw .notAcceptingNow("\(error)")
    }
  }

  private static func digest(of secret: String) -> String { Secrets.hexadecimal(Secrets.sha256(Array(secret.utf8))) }
}
