import Transfer
import Transport

extension SQLiteQueries {
  func unaccounted(limit: Int) throws(JournalError) -> [EndedTransfer] {
    let places = try database.prepare(
      """
      SELECT id, transfer FROM phases WHERE phase = 'ended' AND id > (SELECT place FROM accounted) ORDER BY id LIMIT ?
      """
    )
    .rows(.integer(Int64(limit))) { row throws(JournalError) in
      (place: try row.value(0, as: Int64.self), id: try row.value(1, as: String.self))
    }
    var ended: [EndedTransfer] = []
    for (place, name) in places {
      guard let id = TransferID(name), let summary = try summary(of: id) else { continue }
      do throws(JournalError) {
        ended.append(EndedTransfer(place: place, summary: summary, record: try record(of: id)))
      } catch {
        guard error.kind == .unusable else { throw error }
        ended.append(EndedTransfer(place: place, summary: summary, record: nil, unreadable: error))
      }
    }
    return ended
  }
}

extension SQLiteChanges {
  func write(_ accounts: [TransferAccount]) throws(JournalError) {
    try database.transaction { () throws(JournalError) in
      let place: Int64 = try database.value("SELECT place FROM accounted")
      let isKnown = try database.prepare("SELECT count(*) FROM transfers WHERE id = ?")
      for account in accounts where account.place > place {
        let id = SQLValue.text(account.transfer.description)
        guard try isKnown.rows(id, read: { row throws(JournalError) in try row.value(0, as: Int64.self) }) == [1] else {
          continue
        }
        try database.append(account.audit)
        if let figures = account.figures { try write(figures, of: account.transfer) }
      }
      guard let last = accounts.map(\.place).max() else { return }
      try database.prepare("UPDATE accounted SET place = max(place, ?)").run(.integer(last))
    }
  }
}
