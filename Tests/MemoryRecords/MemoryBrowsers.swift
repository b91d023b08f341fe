import Store
import Transfer

extension MemoryRecords: SignInQueries, SignInChanges {
  func signIns(lastingBeyond now: WallTime, limit: Int) -> [SignIn] {
    let found = database.access { $0.signIns }.filter { $0.until > now }.sorted { $1.until < $0.until }
    return Array(found.prefix(limit))
  }

  func change(adding new: [SignIn], removing digests: [String], over now: WallTime) {
    database.access { tables in
      tables.signIns.removeAll { digests.contains($0.digest) || $0.until <= now }
      tables.signIns += new
    }
  }
}

extension MemoryRecords: ConversationQueries {
  func conversations(endedSince time: WallTime, limit: Int) -> [Conversation] {
    database.access { tables in
      let found = tables.transfers.values.compactMap { transfer -> Conversation? in
        let summary = transfer.summary
        guard let end = summary.endedAt, end >= time, summary.result == .connected, let target = summary.target else {
          return nil
        }
        return Conversation(
          transfer: summary.id,
          target: target,
          callerName: summary.callerName,
          callerNumber: summary.callerNumber,
          endedAt: end,
          isWrappedUp: transfer.wrapUp != nil
        )
      }
      return found.sorted { $0.endedAt < $1.endedAt }.suffix(limit)
    }
  }
}
