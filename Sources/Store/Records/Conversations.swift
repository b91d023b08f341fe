package import Transfer

/// A call that somebody has taken, and that is over.
package struct Conversation: Equatable, Sendable {
  package let transfer: TransferID
  package let target: String
  package let callerName: String
  package let callerNumber: String
  package let endedAt: WallTime
  /// They have said how it went, see `WrapUp`.
  package let isWrappedUp: Bool

  package init(
    transfer: TransferID,
    target: String,
    callerName: String,
    callerNumber: String,
    endedAt: WallTime,
    isWrappedUp: Bool
  ) {
    self.transfer = transfer
    self.target = target
    self.callerName = callerName
    self.callerNumber = callerNumber
    self.endedAt = endedAt
    self.isWrappedUp = isWrappedUp
  }
}

package protocol ConversationQueries {
  /// Those that have ended at that time or later, oldest first; of more than the limit the latest.
  func conversations(endedSince time: WallTime, limit: Int) throws(JournalError) -> [Conversation]
}
