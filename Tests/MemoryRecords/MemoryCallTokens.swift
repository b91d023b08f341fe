import Store
import Transfer

extension MemoryRecords: CallTokenQueries, CallTokenChanges {
  func callTokens(lastingBeyond now: WallTime, limit: Int) -> [StoredCallToken] {
    database.access { $0.callTokens }.filter { $0.until > now }.sorted { $0.until < $1.until }.suffix(limit)
  }

  func keep(_ token: StoredCallToken, over now: WallTime) {
    database.access { tables in
      tables.callTokens.removeAll { $0.until <= now }
      tables.callTokens.append(token)
    }
  }
}

extension MemoryRecords: TriggerChanges {
  func countTrigger(_ name: String, in hour: LocalHour) {
    database.access { $0.triggers.append((hour, name)) }
  }
}

extension MemoryDatabase.Tables {
  func firings(_ question: FiguresQuestion) -> [FiguresReport.Firing] {
    let found = triggers.filter {
      $0.hour.begin < question.to && $0.hour.begin + .seconds(3_600) > question.from
    }
    return Dictionary(grouping: found) { $0.name }.map { FiguresReport.Firing(trigger: $0, count: $1.count) }
      .sorted { (-$0.count, $0.trigger) < (-$1.count, $1.trigger) }
  }
}
