import Transfer

/// The keys of a language: its sentences, and the words for their holes. The examples are one more language.
extension Schema {
  static let language: [SettingKey<Phrasebook>] =
    [
      kind(
        .language,
        "One more language, or other words for one that is shipped (en, de, es, fr, pt). Its name is the section's."
      ),
      .init(
        "voice",
        "Its voice in espeak-ng. Without it: the section's name.",
        .explained(example: "it"),
        .identifier(also: "_+-"),
        into: \.voice
      ),
    ] + Sentence.shipped.map(sentence) + words

  private static let words: [SettingKey<Phrasebook>] = [
    .init("one_second", "A wait of one second.", .explained(example: "un secondo"), .words, into: \.words.oneSecond),
    .init("seconds", "What follows a number of them.", .explained(example: "secondi"), .words, into: \.words.seconds),
    .init("one_minute", "A wait of one minute.", .explained(example: "un minuto"), .words, into: \.words.oneMinute),
    .init("minutes", "What follows a number of them.", .explained(example: "minuti"), .words, into: \.words.minutes),
    .init("star", "The key *.", .explained(example: "asterisco"), .words, into: \.words.star),
    .init("pound", "The key #.", .explained(example: "cancelletto"), .words, into: \.words.pound),
  ]

  private static func sentence(_ sentence: Sentence) -> SettingKey<Phrasebook> {
    let syntax: ValueSyntax<Template> = sentence == .briefing ? .spokenTemplate : .template
    return SettingKey(sentence.key, "As in [transfer].", .explained(example: italian[sentence] ?? "")) {
      text,
      phrases throws(ValueMistake) in
      phrases.sentences[sentence] = try syntax.parse(text)
    }
  }

  private static let italian: [Sentence: String] = [
    .announcement:
      "La metto in contatto con {target}. [Di solito ci vogliono circa {wait}.] [Prema "
      + "{opt_out_digits} per tornare indietro.]",
    .comfort: "Grazie per l'attesa. Sto ancora cercando di metterla in contatto con {target}.",
    .farewell(nil): "Mi dispiace, al momento nessuno è libero.",
    .farewell(.optOut): "Va bene.",
    .farewell(.error): "Mi dispiace, non ha funzionato.",
    .mergePrompt: "Vi metto in contatto ora.",
    .briefing:
      "Una chiamata[ da {caller_name}][, tema: {topic}]. [{reason}.] [{summary}] [{facts}] [Da fare: "
      + "{next_action}.] Prema {accept_digits} per rispondere, {decline_digits} per rifiutare, "
      + "{repeat_digits} per riascoltare.",
    .reminder: "Prema {accept_digits} per rispondere.",
    .taken: "Un'altra persona ha già risposto. Grazie.",
    .voicemailMessage:
      "Ha ricevuto una chiamata[ da {caller_name}][, tema: {topic}]. [Il numero è "
      + "{caller_number}.] [{summary}]",
  ]
}
