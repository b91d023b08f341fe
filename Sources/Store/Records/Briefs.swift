package import Transfer

package protocol BriefChanges {
  /// By the digest of its token: the token itself is kept nowhere. What is over by now goes. False where as many are kept
  /// as may be.
  func keep(_ brief: Brief, as digest: String, until end: WallTime, most: Int, at now: WallTime) throws(JournalError)
    -> Bool

  /// For the call on this channel alone, as often as it asks: a service that has died meanwhile may not know that it has.
  /// Nil where there is no such brief, its time is up, or another call has used it.
  func useBrief(_ digest: String, for channel: String, at now: WallTime) throws(JournalError) -> Brief?

  /// How many were over, and are gone.
  func purgeBriefs(over now: WallTime) throws(JournalError) -> Int
}

extension JournalWriter {
  package func keep(
    _ brief: Brief,
    as digest: String,
    until end: WallTime,
    most: Int,
    at now: WallTime
  ) async throws(JournalError) -> Bool {
    try await perform { changes throws(JournalError) in
      try changes.keep(brief, as: digest, until: end, most: most, at: now)
    }
  }

  package func useBrief(_ digest: String, for channel: String, at now: WallTime) async throws(JournalError) -> Brief? {
    try await perform { changes throws(JournalError) in try changes.useBrief(digest, for: channel, at: now) }
  }

  package func purgeBriefs(over now: WallTime) async throws(JournalError) -> Int {
    try await perform { changes throws(JournalError) in try changes.purgeBriefs(over: now) }
  }
}
