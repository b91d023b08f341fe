/// All that a conf file may hold, for whoever writes it down for people.
package enum SettingsReference {
  package enum Absence: Equatable, Sendable {
    case standsFor(String)
    case explained(example: String)
    case isMistake(example: String)
  }

  package struct Key: Equatable, Sendable {
    package let name: String
    package let documentation: String
    package let absence: Absence

    fileprivate init<Record>(_ key: SettingKey<Record>) {
      name = key.name
      documentation = key.documentation
      absence =
        switch key.absence {
        case .standsFor(let text), .saidInItsLanguage(let text): .standsFor(text)
        case .explained(let example): .explained(example: example)
        case .isMistake(let example): .isMistake(example: example)
        }
    }
  }

  package struct Section: Equatable, Sendable {
    /// `[general]`, or `[NAME] type = target`.
    package let header: String
    package let introduction: String
    package let keys: [Key]
  }

  package static let sections: [Section] =
    [
      Section(header: "[general]", introduction: "", keys: Schema.general.map(Key.init)),
      Section(
        header: "[transfer]",
        introduction: "Each target may set these keys for itself.",
        keys: Schema.transfer.map(Key.init)
      ),
    ] + SectionKind.allCases.map(section)

  private static func section(_ kind: SectionKind) -> Section {
    switch kind {
    case .target: named(kind, Schema.target.filter { key in !Schema.transfer.contains { $0.name == key.name } })
    case .group: named(kind, Schema.group)
    case .rule: named(kind, Schema.rule)
    case .holidays: named(kind, Schema.holidays)
    case .fact: named(kind, Schema.fact)
    case .model: named(kind, Schema.model)
    case .language: named(kind, Schema.language)
    case .voice: named(kind, Schema.voice)
    case .pronunciation: named(kind, Schema.pronunciation)
    case .token: named(kind, Schema.token)
    case .webhook: named(kind, Schema.webhook)
    case .trigger: named(kind, Schema.trigger)
    }
  }

  /// What its `type` says of it is what it is.
  private static func named<Record>(_ kind: SectionKind, _ keys: [SettingKey<Record>]) -> Section {
    Section(
      header: "[NAME] type = \(kind.rawValue)",
      introduction: keys.first { $0.name == "type" }?.documentation ?? "",
      keys: keys.filter { $0.name != "type" }.map(Key.init)
    )
  }
}
