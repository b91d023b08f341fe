import Store
import Transfer

extension MemoryRecords: BriefChanges {
  func keep(_ brief: Brief, as digest: String, until end: WallTime, most: Int, at now: WallTime) -> Bool {
    _ = purgeBriefs(over: now)
    return database.access { tables in
      guard tables.briefs.count < most else { return false }
      tables.briefs[digest] = MemoryDatabase.KeptBrief(brief: brief, until: end)
      return true
    }
  }

  func useBrief(_ digest: String, for channel: String, at now: WallTime) -> Brief? {
    database.access { tables in
      guard let kept = tables.briefs[digest], kept.until > now, [nil, channel].contains(kept.channel) else {
        return nil
      }
      tables.briefs[digest]?.channel = channel
      return kept.brief
    }
  }

  func purgeBriefs(over now: WallTime) -> Int {
    database.access { tables in
      let count = tables.briefs.count
      tables.briefs = tables.briefs.filter { $0.value.until > now }
      return count - tables.briefs.count
    }
  }
}

extension MemoryDatabase {
  struct KeptBrief {
    let brief: Brief
    let until: WallTime
    /// Of the call that has used it.
    var channel: String?
  }
}
