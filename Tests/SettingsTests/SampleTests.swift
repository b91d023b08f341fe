import Foundation
import Testing
import Transfer

@testable import Settings

/// The conf file that is shipped, as it lies in the repository.
enum Sample {
  static func text() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "asterisk-conf/warm_transfer.conf"), encoding: .utf8)
  }

  /// With secrets of the administrator's own.
  static func withSecrets(_ text: String) -> String {
    text.replacing(#/(?m)^ari_password =$/#, with: "ari_password = x").replacing("= sk-change-me", with: "= sk-x")
      .replacing("whsec_Y2hhbmdlIG1lIGFuZCBjaGFuZ2UgbWUh", with: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
  }

  /// Every line that shows a key or a section, with its `;` taken away.
  static func uncommented() throws -> String {
    try text().replacing(#/(?m)^;(?=[a-z\[])/#, with: "")
  }
}

@Suite struct SampleTests {
  private static var documented: [(section: String, key: String, documentation: String, line: String)] {
    func rows<Record>(_ section: String, _ keys: [SettingKey<Record>]) -> [(String, String, String, String)] {
      keys.map { (section, $0.name, $0.documentation, "\($0.name) = \($0.example)".trimmingBlanks) }
    }
    let ownKeysOfTarget = Schema.target.filter { key in !Schema.transfer.contains { $0.name == key.name } }
    return rows("general", Schema.general) + rows("transfer", Schema.transfer) + rows("alice", ownKeysOfTarget)
      + rows("support", Schema.group) + rows("after-hours", Schema.rule) + rows("feasts", Schema.holidays)
      + rows("tier", Schema.fact) + rows("brief-writer", Schema.model) + rows("it", Schema.language)
      + rows("clara", Schema.voice) + rows("our-words", Schema.pronunciation) + rows("dashboard", Schema.token)
      + rows("crm", Schema.webhook) + rows("needs-a-person", Schema.trigger)
  }

  /// The lines of one section of the sample.
  private static func section(_ name: String, in sample: String) -> [String] {
    let lines = sample.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(where: { $0 == "[\(name)]" || $0 == ";[\(name)]" }) else { return [] }
    return Array(lines[(start + 1)...].prefix { !$0.hasPrefix("[") && !$0.hasPrefix(";[") })
  }

  @Test func everyKeyIsDocumentedWithItsDefault() throws {
    let sample = try Sample.text()
    for row in Self.documented {
      let lines = Self.section(row.section, in: sample)
      let index = lines.firstIndex { $0 == row.line || $0 == ";" + row.line }
      #expect(index != nil, "[\(row.section)] shows '\(row.line)'")
      if let index, index > 0 { #expect(lines[index - 1] == "; " + row.documentation, "before '\(row.line)'") }
    }
  }

  @Test func theSampleShowsNothingElse() throws {
    let known = Set(Self.documented.map { "\($0.section).\($0.key)" })
    let conf = ConfParser.parse(mainFile, from: .inMemory([mainFile: try Sample.uncommented()]))
    let shown = conf.sections.filter { Set(Self.documented.map(\.section)).contains($0.name) }
      .flatMap { section in section.entries.map { "\(section.name).\($0.key)" } }
    #expect(Set(shown) == known)
  }

  @Test func theSampleLoadsAndChangesNoDefault() throws {
    let loaded = try settings(Sample.withSecrets(try Sample.text()))
    let smallest = try settings("[general]\nari_password = x")
    #expect(loaded == smallest)
  }

  @Test func theSampleLoadsWithEverythingSwitchedOn() throws {
    // These stand for something else when they are not written: the other way to say it.
    let alternatives = [
      "ari_password_file = ", "return_message_", "refuse = ", "timezone = America", "secret_file = ", "voice = en-us",
      "dispatch_secret_file = ", "key_file = ", "on_failure_", "command = ",
      "callback_dial = ", "callback_caller_id = ", "callback_numbers = ", "callback_hours = ",
    ]
    let text = Sample.withSecrets(try Sample.uncommented()).split(separator: "\n", omittingEmptySubsequences: false)
      .filter { line in !alternatives.contains { line.hasPrefix($0) } }.joined(separator: "\n")
    let loaded = try settings(text)
    // What is written is the administrator's own, also where it is what the language says anyway.
    var written = loaded.transfer
    written.ownSentences = try TransferPolicy.standard().ownSentences
    #expect(written == (try TransferPolicy.standard()))
    #expect(loaded.targets.map(\.name) == ["alice", "bob"])
    #expect(loaded.groups.count == 1 && loaded.rules.count == 1 && loaded.tokens.count == 1)
    #expect(loaded.webhooks.map(\.events) == [TransferMachine.Phase.allCases])
  }

  /// Nothing that everybody can read here is taken for a secret.
  @Test func noSecretOfTheSampleIsTaken() throws {
    let found = mistakes(in: try Sample.text())
    #expect(found.count == 1 && found[0].contains("ari_password: is empty; write the password"))
    let secrets = mistakes(in: try Sample.uncommented()).filter { $0.contains("sample") }
    #expect(secrets.count == 4, "\(secrets)")
  }

  @Test func theLanguageOfTheSampleIsWhole() throws {
    let lines = Self.section("it", in: try Sample.uncommented())
    let loaded = try settings("[general]\nari_password = x\n[it]\n" + lines.joined(separator: "\n"))
    #expect(loaded.warnings == [])
    let italian = try #require(loaded.languages.last)
    for (sentence, template) in italian.sentences {
      let english = try #require(loaded.languages[0].sentences[sentence])
      #expect(template.fields == english.fields && template != english, "\(sentence.key)")
    }
  }

  @Test func namesOfKeysAreUnique() {
    #expect(Set(Schema.target.map(\.name)).count == Schema.target.count)
    #expect(Set(Schema.general.map(\.name)).count == Schema.general.count)
  }
}

@Suite struct FuzzTests {
  @Test(arguments: 0..<8)
  func mutatedSamplesNeverCrash(seed: UInt64) throws {
    var random = SplitMix(state: seed)
    let sample = Array(try Sample.uncommented().utf8)
    for _ in 0..<60 {
      let bytes = Self.mutated(sample, &random)
      let files = ConfFiles.inMemory(bytes: [mainFile: bytes, "/etc/asterisk/warm_transfer.password": bytes])
      do throws(ConfMistakes) {
        _ = try Settings.load(mainFile, from: files)
      } catch {
        #expect(error.all == error.all.sorted() && !error.all.isEmpty)
        #expect(!error.all.contains { $0.message.utf8.count > 4096 || $0.message.contains("\n") })
      }
    }
  }

  private static let tokens = [
    "[", "]", "(", ")", "!", "+", ";--", "--;", ";", "\\", "=", "+=", "=>", "\n", "\r", "\0", "{", "}", "\"", "<", ">",
    "#include \"*\"\n", "#include warm_transfer.conf\n", "[alice](+)\n", "[x](alice,bob)\n", "\u{FEFF}", "é", "-", "&",
    ",",
    "99999999999999999999", "🎧",
  ]

  private static func mutated(_ original: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...30, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(contentsOf: (tokens.randomElement(using: &random) ?? "").utf8, at: place)
      case 3:
        let end = min(bytes.count, place + Int.random(in: 1...200, using: &random))
        bytes.insert(contentsOf: Array(bytes[place..<end]), at: Int.random(in: 0...bytes.count, using: &random))
      default: bytes.removeSubrange(place..<min(bytes.count - 1, place + Int.random(in: 0...80, using: &random)))
      }
    }
    return bytes
  }
}

/// The same numbers for the same seed, on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
