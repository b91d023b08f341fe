import ARI
import Runtime
import Store
import Transfer
import Web

// What callers have left: what is known of it lies in the journal, the sound in Asterisk.
extension ServiceBackend {
  func messages(before place: TransferQuery.Position?, limit: Int) async throws(Refusal) -> [MessageReport] {
    let place = place.map { TransferPlace($0.requestedAt, $0.id) }
    return try await history.reader.answer { records throws(JournalError) in
      try records.messages(before: place, limit: limit)
    }
    .map(MessageReport.init)
  }

  func message(_ id: TransferID) async throws(Refusal) -> MessageReport { MessageReport(try await stored(id)) }

  func sound(ofMessage id: TransferID) async throws(Refusal) -> [UInt8] {
    let name = try await stored(id).recordingName
    return try await ofRecording { () async throws(ARIError) in try await pbx.client.recordings.file(name) }
  }

  func markMessage(_ id: TransferID, isHeard: Bool) async throws(Refusal) -> MessageReport {
    let now = SystemClock().wall
    let isThere = try await writing { () async throws(JournalError) in
      try await journal.markMessage(of: id, heardAt: isHeard ? now : nil)
    }
    guard isThere else { throw .unknownMessage }
    return try await message(id)
  }

  /// The sound first: what is not known any more cannot be deleted any more.
  func deleteMessage(_ id: TransferID) async throws(Refusal) {
    let message = try await stored(id)
    do throws(ARIError) {
      try await pbx.client.delete(message)
    } catch {
      throw .asteriskAway
    }
    _ = try await writing { () async throws(JournalError) in try await journal.removeMessage(of: id) }
  }

  private func stored(_ id: TransferID) async throws(Refusal) -> StoredMessage {
    let found = try await history.reader.answer { records throws(JournalError) in try records.message(of: id) }
    guard let found else { throw .unknownMessage }
    return found
  }

  private func ofRecording<Answer: Sendable>(
    _ ask: () async throws(ARIError) -> Answer
  ) async throws(Refusal) -> Answer {
    do throws(ARIError) {
      return try await ask()
    } catch {
      throw error.kind == .notFound ? .unknownMessage : .asteriskAway
    }
  }

  private func writing<Answer: Sendable>(
    _ change: () async throws(JournalError) -> Answer
  ) async throws(Refusal) -> Answer {
    do throws(JournalError) {
      return try await change()
    } catch {
      throw .unwritable(error)
    }
  }
}

extension ARIClient {
  /// One that has gone already is as good as deleted.
  func delete(_ message: StoredMessage) async throws(ARIError) {
    do throws(ARIError) {
      try await recordings.delete(message.recordingName)
    } catch {
      guard error.kind == .notFound else { throw error }
    }
  }

  private static let bite = 100

  /// One that Asterisk does not delete now is tried again the next time.
  func purgeMessages(leftBefore time: WallTime, _ reader: RecordReader, _ journal: JournalWriter) async throws -> Int {
    var count = 0
    while true {
      let old = try await reader.read { records throws(JournalError) in
        try records.messages(leftBefore: time, limit: Self.bite)
      }
      for message in old {
        do throws(ARIError) { try await delete(message) } catch { return count }
        if try await journal.removeMessage(of: message.transfer) { count += 1 }
      }
      if old.count < Self.bite { return count }
    }
  }
}

extension StoredMessage {
  var recordingName: String { AsteriskNames(transfer: transfer).recording(recording) }
}

extension MessageReport {
  fileprivate init(_ message: StoredMessage) {
    self.init(
      transfer: message.transfer,
      at: message.at,
      length: message.length,
      callerName: message.callerName,
      callerNumber: message.callerNumber,
      topic: message.topic,
      party: message.party,
      heardAt: message.heardAt
    )
  }
}
