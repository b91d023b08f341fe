internal import Runtime
package import Transfer
internal import Transport

/// A message that a caller has left.
package struct MessageReport: Equatable, Sendable {
  package let transfer: TransferID
  package let at: WallTime
  /// Nil where nobody was there to be told.
  package let length: Duration?
  package let callerName: String
  package let callerNumber: String
  package let topic: String
  /// Who was asked for.
  package let party: String?
  package let heardAt: WallTime?

  package init(
    transfer: TransferID,
    at time: WallTime,
    length: Duration?,
    callerName: String,
    callerNumber: String,
    topic: String,
    party: String?,
    heardAt: WallTime?
  ) {
    self.transfer = transfer
    self.at = time
    self.length = length
    self.callerName = callerName
    self.callerNumber = callerNumber
    self.topic = topic
    self.party = party
    self.heardAt = heardAt
  }
}

/// What the API asks of the service about messages.
package protocol MessagesBackend: Sendable {
  /// Newest first.
  func messages(before place: TransferQuery.Position?, limit: Int) async throws(Refusal) -> [MessageReport]
  func message(_ id: TransferID) async throws(Refusal) -> MessageReport
  /// As a WAVE file.
  func sound(ofMessage id: TransferID) async throws(Refusal) -> [UInt8]
  func markMessage(_ id: TransferID, isHeard: Bool) async throws(Refusal) -> MessageReport
  /// Its sound, too.
  func deleteMessage(_ id: TransferID) async throws(Refusal)
}

extension MessageReport {
  var json: JSON {
    let time = { (moment: WallTime) in JSON.string(Timestamp(milliseconds: moment.milliseconds).description) }
    return [
      "id": .string(transfer.description), "at": time(at),
      "seconds": length.map { .real(Double($0.milliseconds) / 1_000) } ?? .null,
      "caller_name": .string(callerName), "caller_number": .string(callerNumber), "topic": .string(topic),
      "party": party.map { .string($0) } ?? .null, "heard_at": heardAt.map(time) ?? .null,
    ]
  }

  var position: TransferQuery.Position { .init(requestedAt: at, id: transfer) }
}
