extension ShippedLanguage {
  package static let french = ShippedLanguage(
    tag: "fr",
    voice: "fr",
    sentences: [
      .announcement:
        "Je vous mets en relation avec {target}. [Cela prend en général environ {wait}.] "
        + "[Appuyez sur {opt_out_digits} pour revenir.]",
      .comfort: "Merci de patienter. J'essaie toujours de vous mettre en relation avec {target}.",
      .farewell(nil): "Je regrette, personne n'est disponible pour le moment.",
      .farewell(.optOut): "Très bien.",
      .farewell(.error): "Je regrette, cela n'a pas fonctionné.",
      .mergePrompt: "Je vous mets en relation.",
      .briefing:
        "Un appel[ de {caller_name}][, sujet : {topic}]. [{reason}.] [{summary}] [{facts}] [À faire : {next_action}.] "
        + "Appuyez sur {accept_digits} pour prendre l'appel, {decline_digits} pour refuser, "
        + "{repeat_digits} pour réécouter.",
      .reminder: "Appuyez sur {accept_digits} pour prendre l'appel.",
      .taken: "Quelqu'un d'autre a pris l'appel. Merci.",
      .voicemailMessage:
        "Vous avez reçu un appel[ de {caller_name}][, sujet : {topic}]. [Le numéro est le {caller_number}.] "
        + "[{summary}]",
    ],
    words: SpokenWords(
      oneSecond: "une seconde",
      seconds: "secondes",
      oneMinute: "une minute",
      minutes: "minutes",
      star: "étoile",
      pound: "dièse"
    )
  )
}
