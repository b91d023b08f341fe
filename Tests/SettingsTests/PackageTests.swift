import Foundation
import Testing
import Transfer

@testable import Settings

/// The lines of the samples that the Debian package exchanges are there, and what comes of it loads.
@Suite struct PackageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// What stands in the script as `with FILE 'OLD' 'NEW'…`, by file.
  private static func exchanges() throws -> [String: [(old: String, new: String)]] {
    let build = try text("asterisk-conf/package/build").replacing("\\\n", with: " ")
    var found: [String: [(old: String, new: String)]] = [:]
    for line in build.split(separator: "\n") {
      guard let match = line.prefixMatch(of: #/with (asterisk-conf/\S+)((?:\s+'[^']*')+)/#) else { continue }
      let words = match.2.matches(of: #/'([^']*)'/#).map { String($0.1) }
      found[String(match.1)] = stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }
    }
    return found
  }

  @Test func theLinesThatAreExchangedAreThere() throws {
    let exchanges = try Self.exchanges()
    #expect(
      exchanges.keys.sorted()
        == ["ari_warm_transfer.conf", "warm-transfer.service", "warm_transfer.conf"].map { "asterisk-conf/\($0)" }
    )
    for (file, lines) in exchanges {
      let text = try Self.text(file).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      for line in lines { #expect(text.count { $0 == line.old } == 1, "\(file): \(line.old)") }
    }
  }

  @Test func theSettingsOfThePackageLoad() throws {
    let file = "asterisk-conf/warm_transfer.conf"
    let text = try #require(try Self.exchanges()[file]).reduce(try Self.text(file)) { text, line in
      text.replacing("\n\(line.old)\n", with: "\n\(line.new)\n")
    }
    let loaded = try settings(text, and: ["/etc/asterisk/warm_transfer.password": "of the machine\n"])
    #expect(loaded.general.ariPassword.exposed == "of the machine")
  }
}
