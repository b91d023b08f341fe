extension ShippedLanguage {
  package static let german = ShippedLanguage(
    tag: "de",
    voice: "de",
    sentences: [
      .announcement:
        "Ich verbinde Sie mit {target}. [Das dauert meist {wait}.] [Mit {opt_out_digits} kommen Sie zurück.]",
      .comfort: "Danke für Ihre Geduld. Ich versuche weiter, {target} zu erreichen.",
      .farewell(nil): "Es tut mir leid, im Moment ist niemand erreichbar.",
      .farewell(.optOut): "In Ordnung, ich verbinde Sie zurück.",
      .farewell(.error): "Es tut mir leid, ich konnte Sie nicht verbinden.",
      .mergePrompt: "Ich verbinde Sie jetzt.",
      .briefing:
        "Ein Anruf[ von {caller_name}][ zum Thema {topic}]. [{reason}.] [{summary}] [{facts}] "
        + "[Nächster Schritt: {next_action}.] "
        + "Mit {accept_digits} nehmen Sie an, mit {decline_digits} lehnen Sie ab, "
        + "mit {repeat_digits} hören Sie das noch einmal.",
      .reminder: "Mit {accept_digits} nehmen Sie den Anruf an.",
      .taken: "Jemand anderes hat den Anruf schon angenommen. Danke.",
      .voicemailMessage:
        "Sie hatten einen Anruf[ von {caller_name}][ zum Thema {topic}]. [Die Nummer ist {caller_number}.] [{summary}]",
    ],
    words: SpokenWords(
      fewSeconds: "ein paar Sekunden",
      seconds: "Sekunden",
      oneMinute: "eine Minute",
      oneAndAHalfMinutes: "anderthalb Minuten",
      minutes: "Minuten",
      star: "Stern",
      pound: "Raute"
    )
  )
}
