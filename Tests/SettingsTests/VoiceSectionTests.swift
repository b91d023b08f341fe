import Testing
import Transfer

@testable import Settings

/// `type = voice`, and who speaks with it.
@Suite struct VoiceSectionTests {
  private static let general = "[general]\nari_password = x\n"
  private static let clara = "[clara]\ntype = voice\ncommand = /bin/say\n"

  private func engine(_ keys: String) throws -> SpeechEngine {
    try #require(try settings(Self.general + "[clara]\ntype = voice\n" + keys).engines.first)
  }

  @Test func aCommandIsSplitAtItsBlanksAndNowhereElse() throws {
    let source = try engine(#"command = /usr/bin/say "a b"  -x $(id) "" `id`"#).source
    #expect(source == .command("/usr/bin/say", ["a b", "-x", "$(id)", "", "`id`"]))
  }

  @Test func aServer() throws {
    let found = try engine("url = http://127.0.0.1:8880/v1/audio/speech\nmodel = m\nspeaker = s\nkey = k\ntimeout = 3")
    #expect(
      found.source
        == .server(url: "http://127.0.0.1:8880/v1/audio/speech", .openai, model: "m", speaker: "s", key: Secret("k"))
    )
    #expect(found.timeout == .seconds(3) && found.language == nil && found.standIn == nil)
  }

  @Test(arguments: [
    ("", "[clara] has neither 'command' nor 'url'"),
    ("command = /bin/say\nurl = http://x", "command and url are both set; keep one"),
    ("command = say", "does not begin with the absolute path of a program"),
    (#"command = /bin/say "x"#, #"has a " without another"#),
    ("url = ftp://x", "is not a web address"),
    ("url = http://x\nformat = mp3", "'mp3' is not one of openai, text"),
    ("url = http://x\nkey = a\nkey_file = /b", "key and key_file are both set"),
    ("command = /bin/say\ntimeout = 900", "is not within 1 to 60 seconds"),
  ])
  func mistakesAreNamed(_ keys: String, _ mistake: String) {
    let found = mistakes(in: Self.general + "[clara]\ntype = voice\n" + keys)
    #expect(found.count == 1 && found[0].contains(mistake), "\(found)")
  }

  @Test func whatHasNoEffectIsWarnedOf() throws {
    let loaded = try settings(Self.general + Self.clara + "model = m\n")
    #expect(loaded.warnings.map(\.message) == ["model: without url it has no effect"])
  }

  @Test func itSpeaksWhereItIsNamed() throws {
    let loaded = try settings(
      Self.general + Self.clara
        + """
        [otto]
        type = voice
        command = /bin/otto
        fallback = de+f3
        [transfer]
        voice = clara
        [de]
        type = language
        voice = otto
        [alice]
        type = target
        dial = PJSIP/alice
        [bob]
        type = target
        dial = PJSIP/bob
        voice = en-us
        [carla]
        type = target
        dial = PJSIP/carla
        language = de
        [dora]
        type = target
        dial = PJSIP/dora
        language = fr
        """
    )
    func voice(_ name: String) throws -> [String?] {
      let voice = try #require(loaded.targets.first { $0.name == name }).policy.voice
      return [voice.name, voice.engine]
    }
    #expect(try voice("alice") == ["en", "clara"])
    #expect(try voice("bob") == ["en-us", nil])
    #expect(try voice("carla") == ["de+f3", "otto"])
    #expect(try voice("dora") == ["fr", nil])
    let german = try #require(LanguageTag("de-at"))
    let phrases = try #require(loaded.phrases(for: german))
    #expect(loaded.transfer.speaking(phrases, as: german).voice.engine == "otto")
  }
}
