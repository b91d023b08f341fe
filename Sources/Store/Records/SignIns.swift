package import Transfer

/// Somebody who may sign in with a link, or has signed in in a browser. The secret itself is kept nowhere.
package struct SignIn: Equatable, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// Of one agent, and not used yet.
    case link
    /// An agent's browser.
    case agent
    /// The browser of somebody with an API token.
    case token
  }

  /// SHA-256 of the secret, in hexadecimal digits.
  package let digest: String
  package let kind: Kind
  /// The agent's name, or the token's.
  package let holder: String
  /// That of the token with which they have signed in, so that another one of its name admits nobody; empty for agents.
  package let tokenDigest: String
  package let until: WallTime

  package init(digest: String, kind: Kind, holder: String, tokenDigest: String = "", until: WallTime) {
    self.digest = digest
    self.kind = kind
    self.holder = holder
    self.tokenDigest = tokenDigest
    self.until = until
  }
}

package protocol SignInQueries {
  /// Those that last longer than that, the ones that last longest first.
  func signIns(lastingBeyond now: WallTime, limit: Int) throws(JournalError) -> [SignIn]
}

package protocol SignInChanges {
  /// In one step, so that a link that was used is gone when its browser is signed in. What is over by that time goes too.
  func change(adding new: [SignIn], removing digests: [String], over now: WallTime) throws(JournalError)
}
