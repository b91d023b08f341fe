import Store
import Transfer

extension MemoryRecords: MessageQueries, MessageChanges {
  func messages(before place: TransferPlace?, limit: Int) -> [StoredMessage] {
    let newest = sorted().reversed().filter { message in
      guard let place else { return true }
      return (message.at, message.transfer.description) < (place.requestedAt, place.id.description)
    }
    return Array(newest.prefix(limit))
  }

  func message(of transfer: TransferID) -> StoredMessage? { sorted().first { $0.transfer == transfer } }

  func messages(leftBefore time: WallTime, limit: Int) -> [StoredMessage] {
    Array(sorted().filter { $0.at < time }.prefix(limit))
  }

  func markMessage(of transfer: TransferID, heardAt time: WallTime?) -> Bool {
    database.access { tables in
      guard let index = tables.messages.firstIndex(where: { $0.transfer == transfer }) else { return false }
      tables.messages[index].heardAt = time
      return true
    }
  }

  func removeMessage(of transfer: TransferID) -> Bool {
    database.access { tables in
      let count = tables.messages.count
      tables.messages.removeAll { $0.transfer == transfer }
      return tables.messages.count < count
    }
  }

  /// Oldest first.
  private func sorted() -> [StoredMessage] {
    database.access { tables in
      tables.messages.sorted { ($0.at, $0.transfer.description) < ($1.at, $1.transfer.description) }
    }
  }
}

extension MemoryDatabase.Tables {
  mutating func keep(_ message: CallersMessage, of transfer: TransferID, at time: WallTime) {
    guard let summary = transfers[transfer.description]?.summary else { return }
    guard !messages.contains(where: { $0.transfer == transfer }) else { return }
    messages.append(
      StoredMessage(
        transfer: transfer,
        at: time,
        recording: message.recording,
        length: message.length,
        callerName: summary.callerName,
        callerNumber: summary.callerNumber,
        topic: summary.topic,
        party: summary.party
      )
    )
  }
}
