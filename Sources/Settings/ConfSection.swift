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

  package init(name: String, at location: ConfLocation) {
    self.name = name
    self.location = location
  }

  package func entry(_ key: String) -> ConfEntry? {
    entries.first { $0.key == key }
  }

  /// False when the section is full.
  mutating func set(_ entry: ConfEntry) -> Bool {
    if let index = entries.firstIndex(where: { $0.key == entry.key }) {
      entries[index] = entry
      return true
    }
    guard entries.count < Self.mostEntries else { return false }
    entries.append(entry)
    return true
  }
}

/// What the conf files hold, before anybody asks what it means.
package struct ParsedConf: Equatable, Sendable {
  package var sections: [ConfSection] = []
  package var mistakes: [ConfMistake] = []
}
