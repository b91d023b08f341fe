/// How far the journal is. Whoever has seen the latest has seen all.
package struct JournalProgress: Equatable, Sendable {
  /// Every entry up to this one is in the file, or can never be because it contradicts it.
  package var written: UInt64 = 0
  /// Why entries after that do not get in just now; they are tried again until they do.
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
  /// Pages of 4 KiB in the log that wait for a quiet moment, and those that do not.
  package var logPages = (idle: 500, busy: 16_000)
  /// Transfers that are forgotten or redacted at once.
  package var bite = 5
  /// How long the disk is left alone after it has failed.
  package var retryPause: Duration = .seconds(1)
  /// How long nothing must have happened for a moment to be quiet.
  package var quiet: Duration = .milliseconds(250)

  package init() {}
}
