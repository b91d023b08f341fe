import Testing
import Transfer

@testable import Settings

@Suite struct LanguageLoadingTests {
  private static let general = "[general]\nari_password = x\n"

  private func load(_ text: String) throws -> Settings { try settings(Self.general + text) }

  @Test(arguments: [
    ("en", "en", "Connecting you now."), ("de", "de", "Ich verbinde Sie jetzt."),
    ("fr", "fr", "Je vous mets en relation."),
  ])
  func theLanguageOfTransfer(_ tag: String, _ voice: String, _ mergePrompt: String) throws {
    let policy = try load("[transfer]\nlanguage = \(tag)").transfer
    #expect(policy.mergePrompt.source == mergePrompt && policy.voice.name == voice)
  }

  @Test func aTargetIsSpokenToInItsOwnLanguage() throws {
    let settings = try load(
      """
      [transfer]
      voice = en-us
      reminder = Press it.
      [anna]
      type = target
      dial = PJSIP/anna
      language = de-AT
      [bob]
      type = target
      dial = PJSIP/bob
      """
    )
    let anna = settings.targets[0].policy
    #expect(anna.briefing.source.hasPrefix("Ein Anruf") && anna.voice.name == "de")
    #expect(anna.words.star == "Stern")
    // What is written is said to everybody.
    #expect(anna.reminder.source == "Press it.")
    #expect(settings.targets[1].policy.voice.name == "en-us" && settings.transfer.voice.name == "en-us")
  }

  @Test func theNearestLanguageThatThereIs() throws {
    let settings = try load("")
    let find = { (tag: String) in LanguageTag(tag).flatMap { settings.phrases(for: $0)?.tag.description } }
    #expect(find("pt_BR") == "pt" && find("de-CH-1996") == "de" && find("it") == nil && find("den") == nil)
  }

  @Test func otherWordsForAShippedLanguage() throws {
    let settings = try load(
      "[pt-br]\ntype = language\nvoice = pt-br\npound = jogo da velha\n[de]\ntype = language\nmerge_prompt = Servus.\n"
        + "[transfer]\nlanguage = de"
    )
    let brazil = try #require(LanguageTag("pt-BR").flatMap { settings.phrases(for: $0) })
    #expect(brazil.voice == "pt-br" && brazil.words.pound == "jogo da velha" && brazil.words.star == "asterisco")
    #expect(brazil.sentences[.taken]?.source == ShippedLanguage.portuguese.sentences[.taken])
    #expect(settings.transfer.mergePrompt.source == "Servus.")
    #expect(settings.warnings.isEmpty)
  }

  @Test func aNewLanguageSaysWhatItHasNoWordsFor() throws {
    let settings = try load(
      "[it]\ntype = language\nmerge_prompt = Un momento.\nseconds = secondi\n[transfer]\nlanguage = es"
    )
    let italian = try #require(LanguageTag("it").flatMap { settings.phrases(for: $0) })
    #expect(italian.voice == "it" && italian.sentences[.mergePrompt]?.source == "Un momento.")
    #expect(italian.sentences[.reminder]?.source == ShippedLanguage.spanish.sentences[.reminder])
    #expect(settings.warnings.count == 1 && settings.warnings[0].location.line == 3)
    #expect(
      settings.warnings[0].message
        == "[it] has no announcement, comfort_message, place_message, return_message, return_message_optout, return_message_error, "
        + "briefing, reminder, taken_message, leave_message, menu, message_prompt, message_review, message_sent, "
        + "callback_confirm, callback_number, callback_promised, callback_briefing, callback_greeting, callback_unreached, callback_sorry, few_seconds, one_minute, one_and_a_half_minutes, "
        + "minutes, star, pound: said in 'es'"
    )
  }

  @Test func theStandardMessageForMachines() throws {
    #expect(try load("").transfer.voicemailMessage.source == "")
    let policy = try load("[transfer]\nlanguage = de\nleave_message = standard").transfer
    #expect(policy.voicemailMessage.source.hasPrefix("Sie hatten einen Anruf"))
  }

  @Test(arguments: [
    ("[transfer]\nlanguage = it", "4: language: there is no language 'it' (known: en, de, es, fr, pt)"),
    ("[transfer]\nlanguage = german!", "4: language: 'german!' is not a language such as de or pt-BR"),
    (
      "[x]\ntype = target\ndial = PJSIP/x\nlanguage = it",
      "6: language: there is no language 'it' (known: en, de, es, fr, pt)"
    ),
    ("[italian]\ntype = language", "3: [italian] is not the name of a language such as it or pt-br"),
    ("[it]\ntype = language\nbriefing =", "5: briefing: is empty: a person would hear silence"),
    ("[it]\ntype = language\nreminder = {x}", "5: reminder: unknown placeholder '{x}' (it takes {accept_digits}, "),
    ("[it]\ntype = language\nring_timeout = 3", "5: unknown key 'ring_timeout'; it belongs to [transfer], a target"),
  ])
  func mistakes(_ text: String, _ expected: String) {
    let found = SettingsTests.mistakes(in: Self.general + text)
    #expect(found.count == 1 && found[0].hasPrefix("warm_transfer.conf:" + expected), "\(found)")
  }
}
