extension ShippedLanguage {
  package static let german = ShippedLanguage(
    tag: "de",
    voice: "de",
    sentences: [
      .announcement:
        "Ich verbinde Sie mit {target}. [Das dauert meist etwa {wait}.] [Mit {opt_out_digits} kommen Sie zurück.]",
      .comfort: "Danke, dass Sie warten. Ich bemühe mich weiter um eine Verbindung mit {target}.",
      .farewell(nil): "Es tut mir leid, im Moment ist niemand frei.",
      .farewell(.optOut): "In Ordnung.",
      .farewell(.error): "Es tut mir leid, das hat nicht geklappt.",
      .mergePrompt: "Ich verbinde Sie jetzt.",
      .briefing:
        "Ein Anruf[ von {caller_name}][ zum Thema {topic}]. [{reason}.] [{summary}] [{facts}] "
        + "[Nächster Schritt: {next_action}.] "
        + "Mit {accept_digits} nehmen Sie an, mit {decline_digits} lehnen Sie ab, "
        + "mit {repeat_digits} hören Sie das noch einmal.",
      .reminder: "Mit {accept_digits} nehmen Sie das Gespräch an.",
      .taken: "Jemand anderes hat das Gespräch angenommen. Danke.",
      .voicemailMessage:
        "Für Sie kam ein Anruf[ von {caller_name}][ zum Thema {topic}]. [Die Nummer ist {caller_number}.] [{summary}]",
    ],
    words: SpokenWords(
      oneSecond: "eine Sekunde",
      seconds: "Sekunden",
      oneMinute: "eine Minute",
      minutes: "Minuten",
      star: "Stern",
      pound: "Raute"
    )
  )
}
