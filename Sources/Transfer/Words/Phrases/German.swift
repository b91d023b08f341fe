extension ShippedLanguage {
  package static let german = ShippedLanguage(
    tag: "de",
    voice: "de",
    sentences: [
      .announcement:
        "Ich verbinde Sie mit {target}. [Das dauert meist {wait}.] [Drücken Sie {opt_out_digits}, um abzubrechen.]",
      .comfort: "Danke für Ihre Geduld. Ich versuche weiter, {target} zu erreichen.",
      .place:
        "Danke für Ihre Geduld. [Sie sind Nummer {place} in der Warteschlange.] "
        + "[Es dauert voraussichtlich noch {wait}.]",
      .farewell(nil): "Leider ist im Moment niemand erreichbar.",
      .farewell(.optOut): "In Ordnung, ich verbinde Sie zurück.",
      .farewell(.error): "Leider konnte ich Sie nicht verbinden.",
      .mergePrompt: "Ich verbinde Sie jetzt.",
      .briefing:
        "Ein Anruf[ von {caller_name}][ zum Thema {topic}]. [{reason}.] [{summary}] [{facts}] "
        + "[Nächster Schritt: {next_action}.] "
        + "Drücken Sie {accept_digits} zum Annehmen, {decline_digits} zum Ablehnen, "
        + "{repeat_digits} zum Wiederholen.",
      .reminder: "Drücken Sie {accept_digits}, um den Anruf anzunehmen.",
      .taken: "Der Anruf wurde schon angenommen. Vielen Dank.",
      .voicemailMessage:
        "Sie hatten einen Anruf[ von {caller_name}][ zum Thema {topic}]. [Die Nummer ist {caller_number}.] [{summary}]",
      .menu(.menu):
        "Leider ist im Moment niemand erreichbar. [Um eine Nachricht zu hinterlassen, drücken Sie "
        + "{message_digits}.] [Um weiter zu warten, drücken Sie {wait_digits}.] [Um zurückzukehren, drücken"
        + " Sie {return_digits}.]",
      .menu(.messagePrompt):
        "Bitte sprechen Sie Ihre Nachricht nach dem Ton. Wenn Sie fertig sind, drücken Sie die Raute.",
      .menu(.messageReview):
        "Um die Nachricht zu senden, drücken Sie 1. Um sie anzuhören, drücken Sie 2. Um sie neu "
        + "aufzunehmen, drücken Sie 3.",
      .menu(.messageSent):
        "Vielen Dank. Ihre Nachricht ist gesendet. Auf Wiederhören.",
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
