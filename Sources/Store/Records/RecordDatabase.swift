package import Runtime
package import Transfer

/// Where records are kept. SQLite is one such place; whatever answers the same questions can be another.
///
/// Each kind of record has its file in this folder: what it is, the questions asked of it and the changes made to it. A
/// new kind (a recorded message, a callback) is a file more here, whose two protocols join `RecordQueries` and
/// `RecordChanges`, and a file more with each database.
package protocol RecordDatabase: Sendable {
  /// For the one who writes.
  func open(at now: Timestamp) throws(JournalError) -> sending OpenedRecords

  /// For somebody who reads, at any time and without being in the writer's way.
  func reader() throws(JournalError) -> sending any RecordQueries

  /// Beside the service, which may be writing: takes up a dead letter again, or all of them, and tries at once what
  /// waits for its next attempt. How many.
  func retryDeliveries(_ delivery: Int64?, at now: WallTime) throws(JournalError) -> Int

  /// A file that can be changed even where the database cannot be written; nil for a database that dies with us.
  var behindMarker: String? { get }
}

/// What a database answers. For one thread at a time; it may block.
package typealias RecordQueries = TransferQueries & PhaseQueries & DeliveryQueries & WrapUpQueries & SignInQueries
  & ConversationQueries & AccountQueries & AuditQueries & FiguresQueries & MessageQueries & CallTokenQueries

/// What the one writer does. For one thread at a time; it may block.
package typealias RecordChanges = TransferChanges & DeliveryChanges & WrapUpChanges & SignInChanges & AccountChanges
  & AuditChanges & FiguresChanges & MessageChanges & CallTokenChanges & TriggerChanges & BriefChanges & RecordUpkeep

package struct OpenedRecords {
  package let changes: any RecordChanges
  /// The database that was there before could not be used.
  package let setAside: SetAside?

  package init(_ changes: any RecordChanges, setAside: SetAside? = nil) {
    self.changes = changes
    self.setAside = setAside
  }
}

/// A database that could not be used and was moved out of the way.
package struct SetAside: Equatable, Sendable {
  /// Where it lies now, with its log beside it.
  package let path: String
  package let reason: JournalError

  package init(path: String, reason: JournalError) {
    self.path = path
    self.reason = reason
  }
}

/// What a database does for itself.
package protocol RecordUpkeep {
  /// There is something to do for which a quiet moment is better than a busy one.
  var wantsQuiet: Bool { get }

  /// Whether it is done, or has to be tried again.
  func tidy(isQuiet: Bool) throws(JournalError) -> Bool

  /// Before the end: nobody writes any more.
  func close() throws(JournalError)

  /// What was purged or redacted is gone from the disk too, not only out of sight. Whether it is: somebody who reads
  /// may be in the way.
  func eraseRemoved() throws(JournalError) -> Bool

  /// Records that could not be used and were moved away before that time are deleted. How many.
  func purgeSetAside(before time: WallTime) throws(JournalError) -> Int

  /// One bite of what an earlier version has written and this one would not: digits of conversations, words that were
  /// left when others were taken away. How many transfers were looked through; 0 when none are left.
  func mendEarlierRecords(limit: Int) throws(JournalError) -> Int
}
