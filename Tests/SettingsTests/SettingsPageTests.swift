import Foundation
import Testing

@testable import Settings

/// The tables of asterisk-conf/docs/settings.md, which are written from the schema: a new key is a new row.
@Suite struct SettingsPageTests {
  private static func page() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "asterisk-conf/docs/settings.md"), encoding: .utf8)
  }

  private static var tables: [String] {
    let ownKeysOfTarget = Schema.target.filter { key in !Schema.transfer.contains { $0.name == key.name } }
    return [
      table(Schema.general), table(Schema.transfer), table(ownKeysOfTarget, withExamples: true),
      table(Schema.group, withExamples: true), table(Schema.rule, withExamples: true),
      table(Schema.holidays, withExamples: true), table(Schema.fact, withExamples: true),
      table(Schema.model, withExamples: true), table(Schema.language, withExamples: true),
      table(Schema.voice, withExamples: true), table(Schema.pronunciation, withExamples: true),
      table(Schema.token, withExamples: true),
      table(Schema.webhook, withExamples: true), table(Schema.trigger, withExamples: true),
    ]
  }

  /// What `type` is stands above the table.
  private static func table<Record>(_ keys: [SettingKey<Record>], withExamples: Bool = false) -> String {
    let heading =
      withExamples
      ? ["| key | default | example | meaning |", "|---|---|---|---|"]
      : ["| key | default | meaning |", "|---|---|---|"]
    return (heading + keys.filter { $0.name != "type" }.map { row($0, withExamples) }).joined(separator: "\n")
  }

  private static func row<Record>(_ key: SettingKey<Record>, _ hasExample: Bool) -> String {
    let (standard, example) =
      switch key.absence {
      case .standsFor(let value), .saidInItsLanguage(let value): (code(value), "")
      case .explained(let example): ("", code(example))
      case .isMistake(let example): ("required", code(example))
      }
    let meaning = key.documentation.replacing("<", with: "\\<")
    let cells = [code(key.name), standard] + (hasExample ? [example] : []) + [meaning]
    return "| " + cells.joined(separator: " | ") + " |"
  }

  private static func code(_ text: String) -> String { text.isEmpty ? "" : "`\(text)`" }

  @Test(arguments: tables)
  func everyKeyHasItsRow(_ table: String) throws {
    #expect(try Self.page().contains("\n\n\(table)\n"), "asterisk-conf/docs/settings.md needs this table:\n\(table)")
  }

  @Test func thePageShowsNoOtherKeys() throws {
    let rows = try Self.page().split(separator: "\n").filter { $0.hasPrefix("| `") }.map(String.init)
    let known = Set(Self.tables.flatMap { $0.split(separator: "\n").map(String.init) })
    #expect(rows.filter { !known.contains($0) } == [])
  }

  @Test(arguments: [
    Schema.target[0].documentation, Schema.group[0].documentation, Schema.rule[0].documentation,
    Schema.holidays[0].documentation, Schema.fact[0].documentation, Schema.model[0].documentation,
    Schema.language[0].documentation, Schema.voice[0].documentation, Schema.pronunciation[0].documentation,
    Schema.token[0].documentation,
    Schema.webhook[0].documentation, Schema.trigger[0].documentation,
  ])
  func everyKindOfSectionIsExplained(_ documentation: String) throws {
    #expect(try Self.page().contains("\n\(documentation)"), "\(documentation)")
  }
}
