import Transfer

/// The keys of a language: its sentences, and the words for their holes. The examples are one more language.
extension Schema {
  static let language: [SettingKey<Phrasebook>] =
    [
      kind(
        .language,
        "A new language, or other words for a shipped one (en, de, es, fr, pt). The section's name is the language."
      ),
      .init(
        "voice",
        "espeak-ng voice, or a section of type = voice. Default: the section's name.",
        .explained(example: "it"),
        .identifier(also: "_+-"),
        into: \.voice
      ),
    ] + Sentence.shipped.map(sentence) + words

  private static let words: [SettingKey<Phrasebook>] = [
    .init(
      "few_seconds",
      "A wait of less than 10 seconds.",
      .explained(example: "qualche secondo"),
      .words,
      into: \.words.fewSeconds
    ),
    .init("seconds", "Said after a number of them.", .explained(example: "secondi"), .words, into: \.words.seconds),
    .init("one_minute", "A wait of one minute.", .explained(example: "un minuto"), .words, into: \.words.oneMinute),
    .init(
      "one_and_a_half_minutes",
      "A wait of a minute and a half.",
      .explained(example: "un minuto e mezzo"),
      .words,
      into: \.words.oneAndAHalfMinutes
    ),
    .init("minutes", "Said after a number of them.", .explained(example: "minuti"), .words, into: \.words.minutes),
    .init("star", "Name of the * key.", .explained(example: "asterisco"), .words, into: \.words.star),
    .init("pound", "Name of the # key.", .explained(example: "cancelletto"), .words, into: \.words.pound),
  ]

  private static func sentence(_ sentence: Sentence) -> SettingKey<Phrasebook> {
    SettingKey(sentence.key, "As in [transfer].", .explained(example: italian[sentence] ?? "")) {
      text,
      phrases throws(ValueMistake) in
      phrases.sentences[sentence] = try ValueSyntax.template(of: sentence).parse(text)
    }
  }

  private static let italian: [Sentence: String] = [
    .announcement:
      "La metto in contatto con {target}. [Di solito bisogna attendere {wait}.] [Prema "
      + "{opt_out_digits} per tornare indietro.]",
    .comfort: "Grazie per l'attesa. Sto ancora cercando di metterla in contatto con {target}.",
    .place: "Grazie per l'attesa. [Lei è il numero {place} della fila.] [Attesa stimata: {wait}.]",
    .farewell(nil): "Mi dispiace, al momento nessuno è disponibile.",
    .farewell(.optOut): "Va bene, torniamo indietro.",
    .farewell(.error): "Mi dispiace, non sono riuscito a metterla in contatto.",
    .mergePrompt: "Vi metto in contatto.",
    .briefing:
      "Una chiamata[ da {caller_name}][, tema: {topic}]. [{reason}.] [{summary}] [{facts}] [Da fare: "
      + "{next_action}.] Prema {accept_digits} per rispondere, {decline_digits} per rifiutare, "
      + "{repeat_digits} per riascoltare.",
    .reminder: "Prema {accept_digits} per rispondere.",
    .taken: "Un'altra persona ha già risposto. Grazie.",
    .voicemailMessage:
      "Ha ricevuto una chiamata[ da {caller_name}][, tema: {topic}]. [Il numero è "
      + "{caller_number}.] [{summary}]",
    .menu(.menu):
      "Mi dispiace, al momento nessuno è disponibile. [Per lasciare un messaggio prema "
      + "{message_digits}.] [Per continuare ad attendere prema {wait_digits}.] [Per essere richiamati prema {callback_digits}.] [Per tornare indietro "
      + "prema {return_digits}.]",
    .menu(.messagePrompt):
      "Lasci il messaggio dopo il segnale. Quando ha finito, prema cancelletto.",
    .menu(.messageReview):
      "Per inviare il messaggio prema 1. Per riascoltarlo prema 2. Per registrarlo di nuovo prema 3.",
    .menu(.messageSent):
      "Grazie. Il messaggio è stato inviato. Arrivederci.",
    .menu(.callbackConfirm):
      "Possiamo richiamarla[ al {number}]. Prema 1 per confermare.[ Per un altro numero prema {other_digits}.]",
    .menu(.callbackNumber):
      "Digiti il numero da chiamare, poi prema cancelletto.",
    .menu(.callbackPromised):
      "Grazie. La richiameremo[ al {number}]. Arrivederci.",
    .menu(.callbackBriefing):
      "Richiami[ {caller_name}][, tema: {topic}]. [Attesa: {waited}, alle {asked_at}.] [{reason}.] [{summary}] "
      + "[{facts}] [Da fare: {next_action}.] Prema {accept_digits} per chiamare ora, {decline_digits} per più tardi, "
      + "{repeat_digits} per riascoltare.",
    .menu(.callbackGreeting):
      "Buongiorno. È la chiamata che ci ha chiesto. Un momento, per favore.",
    .menu(.callbackUnreached):
      "Nessuno ha risposto. Riproverò più tardi. Grazie.",
    .menu(.callbackSorry):
      "Mi dispiace, il collega non è più in linea. La richiameremo.",
  ]
}
