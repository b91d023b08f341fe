import Foundation
import Testing

@testable import Settings

/// The tables of the README against the schema: a new key is a new row.
@Suite struct ReadmeTests {
  private static func text() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
  }

  private static func rows<Record>(_ keys: [SettingKey<Record>]) -> [(start: String, documentation: String)] {
    keys.filter { $0.name != "type" }.map { key in
      switch key.absence {
      case .standsFor(let value), .saidInItsLanguage(let value):
        ("| `\(key.name)` | \(value.isEmpty ? "" : "`\(value)` ")|", key.documentation)
      case .explained, .isMistake: ("| `\(key.name)` | |", key.documentation)
      }
    }
  }

  @Test func everyKeyHasItsRowWithItsDefault() throws {
    let readme = try Self.text().replacing("\\<", with: "<").split(separator: "\n").map(String.init)
    let ownKeysOfTarget = Schema.target.filter { key in !Schema.transfer.contains { $0.name == key.name } }
    let rows =
      Self.rows(Schema.general) + Self.rows(Schema.transfer) + Self.rows(ownKeysOfTarget) + Self.rows(Schema.group)
      + Self.rows(Schema.rule) + Self.rows(Schema.holidays) + Self.rows(Schema.fact) + Self.rows(Schema.model)
      + Self.rows(Schema.token) + Self.rows(Schema.webhook)
    for row in rows {
      #expect(readme.contains { $0.hasPrefix(row.start) && $0.contains(row.documentation) }, "\(row)")
    }
  }
}
