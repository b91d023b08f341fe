import Testing
import Transfer

@testable import Settings

/// The keys of the waiting line.
@Suite struct LineSettingsTests {
  private static let rest = "\n[general]\nari_password = x\n[alice]\ntype = target\ndial = PJSIP/alice\n"

  @Test(arguments: [("5", 5), ("0", 0), ("-5", -5), ("100", 100), ("-100", -100)])
  func aRuleSaysHowUrgentItsCallsAre(_ text: String, _ priority: Int) throws {
    let settings = try settings("[vip]\ntype = rule\ntarget = alice\npriority = \(text)" + Self.rest)
    #expect(settings.rules.map(\.priority) == [priority])
    #expect(
      try Settings.load(mainFile, from: .inMemory([mainFile: "[x]\ntype = rule\ntarget = alice" + Self.rest])).rules[0]
        .priority == nil
    )
  }

  @Test(arguments: ["101", "-101", "high", "1.5", "-", "+5", "99999999999999999999"])
  func whatIsNoPriority(_ text: String) {
    let found = mistakes(in: "[vip]\ntype = rule\ntarget = alice\npriority = \(text)" + Self.rest)
    #expect(found == ["warm_transfer.conf:4: priority: '\(text)' is not a whole number from -100 to 100"])
  }

  @Test func theFactThatCountsIsTheFirstOfTheFile() throws {
    let settings = try settings(
      """
      [worth]
      type = fact
      label = Worth
      priority = yes
      [tier]
      type = fact
      label = Tier
      [age]
      type = fact
      label = Age
      priority = yes
      """ + Self.rest
    )
    let facts = { (values: [String: String]) in values.map { CallContext.Fact(name: $0.key, value: $0.value) } }
    #expect(settings.priority(in: facts(["age": "7", "worth": "3", "tier": "50"])) == 3)
    #expect(settings.priority(in: facts(["age": "7.6", "worth": "much"])) == 8)
    #expect(settings.priority(in: facts(["worth": "99999", "tier": "1"])) == 100)
    #expect(settings.priority(in: facts(["tier": "1"])) == nil)
  }

  /// In the words of whatever language the caller speaks; a target's own words are its own.
  @Test func thePlaceIsSaidInEachLanguage() throws {
    let settings = try settings(
      "[transfer]\ncomfort_message = place\nlanguage = de\n[bob]\ntype = target\ndial = PJSIP/bob\n"
        + "comfort_message = Still {place}.\n" + Self.rest
    )
    #expect(settings.transfer.comfortMessage.source.contains("Nummer {place}"))
    let tag = try #require(LanguageTag("es"))
    let spanish = try #require(settings.languages.phrases(for: tag))
    let said = settings.transfer.speaking(spanish, as: spanish.tag)
    #expect(said.comfortMessage.source.contains("número {place}"))
    let targets = Dictionary(uniqueKeysWithValues: settings.targets.map { ($0.name, $0.policy.comfortMessage.source) })
    #expect(targets["alice"]?.contains("Nummer {place}") == true && targets["bob"] == "Still {place}.")
  }

  @Test func whoSpeaksALanguageOfTheirOwnSaysThePlaceInIt() throws {
    let settings = try settings(
      "[transfer]\ncomfort_message = place\nlanguage = it\n[it]\ntype = language\nplace_message = Numero {place}.\n"
        + Self.rest
    )
    #expect(settings.transfer.comfortMessage.source == "Numero {place}.")
  }
}
