package import Transfer

/// With which somebody may ask for one call. The token itself is kept nowhere.
package struct StoredCallToken: Equatable, Sendable {
  /// SHA-256 of the token, in hexadecimal digits.
  package let digest: String
  /// The caller's.
  package let channel: String
  package let until: WallTime

  package init(digest: String, channel: String, until: WallTime) {
    self.digest = digest
    self.channel = channel
    self.until = until
  }
}

package protocol CallTokenQueries {
  /// Those that last longer than that, the ones that end first first; of more than the limit those that last longest.
  func callTokens(lastingBeyond now: WallTime, limit: Int) throws(JournalError) -> [StoredCallToken]
}

package protocol CallTokenChanges {
  /// What is over by that time goes.
  func keep(_ token: StoredCallToken, over now: WallTime) throws(JournalError)
}
