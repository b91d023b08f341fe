extension ShippedLanguage {
  package static let french = ShippedLanguage(
    tag: "fr",
    voice: "fr",
    sentences: [
      .announcement:
        "Je vous mets en relation avec {target}. [Cela prend en général {wait}.] "
        + "[Appuyez sur {opt_out_digits} pour revenir.]",
      .comfort: "Merci de patienter. J'essaie toujours de joindre {target}.",
      .place: "Merci de patienter. [Vous êtes le numéro {place} dans la file.] [Attente estimée : {wait}.]",
      .farewell(nil): "Désolé, personne n'est disponible pour le moment.",
      .farewell(.optOut): "D'accord, je vous reprends.",
      .farewell(.error): "Désolé, je n'ai pas pu vous mettre en relation.",
      .mergePrompt: "Je vous mets en relation.",
      .briefing:
        "Un appel[ de {caller_name}][, sujet : {topic}]. [{reason}.] [{summary}] [{facts}] [Prochaine étape : {next_action}.] "
        + "Appuyez sur {accept_digits} pour prendre l'appel, {decline_digits} pour refuser, "
        + "{repeat_digits} pour réécouter.",
      .reminder: "Appuyez sur {accept_digits} pour prendre l'appel.",
      .taken: "Quelqu'un d'autre a déjà pris l'appel. Merci.",
      .voicemailMessage:
        "Vous avez reçu un appel[ de {caller_name}][, sujet : {topic}]. [Le numéro est le {caller_number}.] "
        + "[{summary}]",
      .menu(.menu):
        "Désolé, personne n'est disponible pour le moment. [Pour laisser un message, appuyez sur "
        + "{message_digits}.] [Pour continuer à attendre, appuyez sur {wait_digits}.] [Pour être rappelé, appuyez sur {callback_digits}.] [Pour revenir, "
        + "appuyez sur {return_digits}.]",
      .menu(.messagePrompt):
        "Laissez votre message après le bip. Quand vous aurez terminé, appuyez sur dièse.",
      .menu(.messageReview):
        "Pour envoyer votre message, appuyez sur 1. Pour l'écouter, appuyez sur 2. Pour le réenregistrer,"
        + " appuyez sur 3.",
      .menu(.messageSent):
        "Merci. Votre message a été envoyé. Au revoir.",
      .menu(.callbackConfirm):
        "Nous pouvons vous rappeler[ au {number}]. Appuyez sur 1 pour confirmer.[ Pour un autre numéro, appuyez sur {other_digits}.]",
      .menu(.callbackNumber):
        "Composez le numéro que nous devons appeler, puis appuyez sur dièse.",
      .menu(.callbackPromised):
        "Merci. Nous vous rappellerons[ au {number}]. Au revoir.",
      .menu(.callbackBriefing):
        "Veuillez rappeler[ {caller_name}][, sujet : {topic}]. [Attente : {waited}, à {asked_at}.] [{reason}.] [{summary}] "
        + "[{facts}] [Prochaine étape : {next_action}.] Appuyez sur {accept_digits} pour appeler maintenant, "
        + "{decline_digits} pour plus tard, {repeat_digits} pour réécouter.",
      .menu(.callbackGreeting):
        "Bonjour. Voici l'appel que vous nous avez demandé. Un instant, s'il vous plaît.",
      .menu(.callbackUnreached):
        "Personne n'a répondu. Je réessaierai plus tard. Merci.",
      .menu(.callbackSorry):
        "Désolé, la communication avec notre collègue a été coupée. Nous vous rappellerons.",
    ],
    words: SpokenWords(
      fewSeconds: "quelques secondes",
      seconds: "secondes",
      oneMinute: "une minute",
      oneAndAHalfMinutes: "une minute et demie",
      minutes: "minutes",
      star: "étoile",
      pound: "dièse"
    )
  )
}
