/// One `key = value`.
package struct ConfEntry: Equatable, Sendable {
  package var key: String
  package var value: String
  package var location: ConfLocation
}

/// One `[section]` with what it inherits: each key once, the last value wins, as in Asterisk.
package struct ConfSection: Equatable, Sendable {
  static let mostEntries = 200

  package var name: String
  package var location: ConfLocation
  package var isTemplate = false
  package private(set) var entries: [ConfEntry] = []
  private var indexOfKey: [String: Int] = [:]

  package init(name: String, at location: ConfLocation) {
    self.name = name
    self.location = location
  }

  package func entry(_ key: String) -> ConfEntry? {
    indexOfKey[key].map { entries[$0] }
  }

  /// False when the section is full.
  mutating func set(_ entry: ConfEntry) -> Bool {
    if let index = indexOfKey[entry.key] {
      entries[index] = entry
      return true
    }
    guard entries.count < Self.mostEntries else { return false }
    indexOfKey[entry.key] = entries.count
    entries.append(entry)
    return true
  }
}

/// What the conf files hold, before anybody asks what it means.
package struct ParsedConf: Equatable, Sendable {
  package var sections: [ConfSection] = []
  package var mistakes: [ConfMistake] = []
}
