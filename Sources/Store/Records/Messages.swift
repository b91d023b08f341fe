package import Transfer

/// What a caller has left for those who could not be had. The sound lies in Asterisk; this is what is known of it.
package struct StoredMessage: Equatable, Sendable {
  /// Its name, too: a transfer has one at most.
  package let transfer: TransferID
  package let at: WallTime
  /// The how-manieth recording of the transfer.
  package let recording: Int
  /// Nil where nobody was there to be told.
  package let length: Duration?
  package let callerName: String
  package let callerNumber: String
  package let topic: String
  /// Who was asked for: a target or a group.
  package let party: String?
  /// When somebody has said that it was listened to.
  package var heardAt: WallTime?

  package init(
    transfer: TransferID,
    at time: WallTime,
    recording: Int,
    length: Duration?,
    callerName: String,
    callerNumber: String,
    topic: String,
    party: String?,
    heardAt: WallTime? = nil
  ) {
    self.transfer = transfer
    self.at = time
    self.recording = recording
    self.length = length
    self.callerName = callerName
    self.callerNumber = callerNumber
    self.topic = topic
    self.party = party
    self.heardAt = heardAt
  }
}

package protocol MessageQueries {
  /// Newest first, and of those that were left at once the one with the higher id first.
  func messages(before place: TransferPlace?, limit: Int) throws(JournalError) -> [StoredMessage]
  func message(of transfer: TransferID) throws(JournalError) -> StoredMessage?
  /// Oldest first.
  func messages(leftBefore time: WallTime, limit: Int) throws(JournalError) -> [StoredMessage]
}

/// A message comes with the entry of the journal whose effect it is.
package protocol MessageChanges {
  /// False where there is no such message (any more).
  func markMessage(of transfer: TransferID, heardAt time: WallTime?) throws(JournalError) -> Bool
  func removeMessage(of transfer: TransferID) throws(JournalError) -> Bool
}
