package import Runtime

/// How far the journal is. Whoever has seen the latest has seen all.
package struct JournalProgress: Equatable, Sendable {
  /// Every entry up to this one is on the disk, or can never be because it contradicts what is there.
  package var written: UInt64 = 0
  /// Why entries after that are not written just now; they are tried again until they are. `stalled` where the disk
  /// neither takes them nor says why not: it stays until something is written.
  package var trouble: JournalError?

  package init(written: UInt64 = 0, trouble: JournalError? = nil) {
    self.written = written
    self.trouble = trouble
  }
}

package struct JournalLimits: Sendable {
  /// Entries that may wait to be written; one more is refused.
  package var waiting = 20_000
  /// Entries in one transaction.
  package var group = 1_000
  /// How long an entry may wait while nothing is written.
  package var patience: Duration = .milliseconds(500)
  /// Transfers that are purged or redacted at once.
  package var bite = 5
  /// Transfers of an earlier version that are looked through at once: most have nothing to mend.
  package var mendingBite = 20
  /// How long the disk is left alone after it has failed.
  package var retryPause: Duration = .seconds(1)
  /// How long nothing must have happened for a moment to be quiet.
  package var quiet: Duration = .milliseconds(250)

  package init() {}
}

/// What waits to be written, and how long that has taken so far.
package struct JournalBacklog: Equatable, Sendable {
  /// Upper ends, in seconds, of how long entries wait.
  static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30]

  package let isWritable: Bool
  package let waiting: Int
  package let oldest: Duration
  package let times: Histogram
}
