package import Transfer
package import Transport

/// Somebody who is signed in in a browser.
package struct BrowserSession: Equatable, Sendable {
  package enum Holder: Equatable, Sendable {
    /// Sees and answers their own calls, and nothing else.
    case agent(String)
    /// May do what the API token may with which they have signed in.
    case token(AccessToken)
  }

  /// Known by the digest of their cookie.
  package var digest: String
  package var holder: Holder

  package init(digest: String, holder: Holder) {
    self.digest = digest
    self.holder = holder
  }

  package var agent: String? { if case .agent(let name) = holder { name } else { nil } }
  package var token: AccessToken? { if case .token(let token) = holder { token } else { nil } }
}

/// What a browser keeps, and until when.
package struct NewSession: Equatable, Sendable {
  package var secret: String
  package var session: BrowserSession
  package var lifetime: Duration

  package init(secret: String, session: BrowserSession, lifetime: Duration) {
    self.secret = secret
    self.session = session
    self.lifetime = lifetime
  }
}

/// With which an agent signs in, once.
package struct AgentLink: Equatable, Sendable {
  package var secret: String
  package var until: WallTime

  package init(secret: String, until: WallTime) {
    self.secret = secret
    self.until = until
  }

  /// What stands behind the # is sent to no server, and is in no log.
  package var path: String { "/desk#\(secret)" }
}

/// What somebody is told as it happens: first everything, then what has changed since.
package struct LiveUpdate: Equatable, Sendable {
  package var isWhole: Bool
  /// Grows with each change; another start of the service begins anew.
  package var revision: Int64
  /// By the service's clock, in milliseconds: that of all times in it.
  package var now: Int64
  package var items: [String: JSON]
  package var removed: [String]

  package init(isWhole: Bool, revision: Int64, now: Int64, items: [String: JSON], removed: [String] = []) {
    self.isWhole = isWhole
    self.revision = revision
    self.now = now
    self.items = items
    self.removed = removed
  }
}

/// Whose browser it is: an agent's, a token's, or both.
package struct Viewer: Equatable, Sendable {
  package var desk: BrowserSession?
  package var board: BrowserSession?

  package init(desk: BrowserSession? = nil, board: BrowserSession? = nil) {
    self.desk = desk
    self.board = board
  }

  package var isNobody: Bool { desk == nil && board == nil }
  /// They may see what everybody does.
  package var seesAll: Bool { board?.token?.scopes.contains(.read) ?? false }
}

/// What an agent does on their screen.
package enum DeskOrder: Equatable, Sendable {
  case accept(TransferID)
  case decline(TransferID, reason: String)
  /// The briefing once more.
  case hearAgain(TransferID)
  case setAvailable(Bool)
  /// They can be rung again; without an answer they had nothing to say.
  case wrapUp(TransferID, WrapUp.Answer?, note: String)
}

/// What the web pages ask of the service.
package protocol PageBackend: Sendable {
  /// Its secret is nowhere kept.
  func makeLink(for agent: String) async throws(Refusal) -> AgentLink
  /// Of all links and browsers of this agent.
  func endSessions(of agent: String) async throws(Refusal)

  /// Takes the link: it works once. Nil for one that does not.
  func signIn(withLink secret: String) async throws(Refusal) -> NewSession?
  func signIn(with token: AccessToken) async throws(Refusal) -> NewSession
  /// Nil for one that has ended.
  func session(_ secret: String) async -> BrowserSession?
  func signOut(_ session: BrowserSession) async throws(Refusal)

  /// Returns as soon as there is more than that revision, and otherwise after some seconds, empty. Nil when one of the
  /// viewer's sessions is over, or the service stops.
  func update(for viewer: Viewer, after revision: Int64?) async -> LiveUpdate?

  func carryOut(_ order: DeskOrder, by agent: String) async throws(Refusal)
}
