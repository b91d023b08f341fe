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
        + "{message_digits}.] [Um weiter zu warten, drücken Sie {wait_digits}.] [Für einen Rückruf drücken Sie {callback_digits}.] [Um zurückzukehren, drücken"
        + " Sie {return_digits}.]",
      .menu(.messagePrompt):
        "Bitte sprechen Sie Ihre Nachricht nach dem Ton. Wenn Sie fertig sind, drücken Sie die Raute.",
      .menu(.messageReview):
        "Um die Nachricht zu senden, drücken Sie 1. Um sie anzuhören, drücken Sie 2. Um sie neu "
        + "aufzunehmen, drücken Sie 3.",
      .menu(.messageSent):
        "Vielen Dank. Ihre Nachricht ist gesendet. Auf Wiederhören.",
      .menu(.callbackConfirm):
        "Wir rufen Sie[ unter {number}] zurück. Drücken Sie 1 zum Bestätigen.[ Für eine andere Nummer drücken Sie {other_digits}.]",
      .menu(.callbackNumber):
        "Bitte geben Sie die Nummer ein, die wir anrufen sollen, und drücken Sie dann die Raute.",
      .menu(.callbackPromised):
        "Vielen Dank. Wir rufen Sie[ unter {number}] zurück. Auf Wiederhören.",
      .menu(.callbackBriefing):
        "Bitte rufen Sie zurück[: {caller_name}][, Thema: {topic}]. [Wartezeit um {asked_at}: {waited}.] [{reason}.] [{summary}] "
        + "[{facts}] [Nächster Schritt: {next_action}.] Drücken Sie {accept_digits}, um jetzt anzurufen, "
        + "{decline_digits} für später, {repeat_digits} zum Wiederholen.",
      .menu(.callbackGreeting):
        "Guten Tag. Das ist der Rückruf, um den Sie gebeten haben. Einen Moment, bitte.",
      .menu(.callbackUnreached):
        "Es hat niemand abgenommen. Ich versuche es später noch einmal. Vielen Dank.",
      .menu(.callbackSorry):
        "Leider ist die Verbindung abgerissen. Wir rufen Sie noch einmal an.",
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
