extension ShippedLanguage {
  package static let portuguese = ShippedLanguage(
    tag: "pt",
    voice: "pt",
    sentences: [
      .announcement:
        "Vou passar a sua chamada para {target}. [Costuma demorar {wait}.] "
        + "[Pressione {opt_out_digits} para voltar.]",
      .comfort: "Obrigado por esperar. Ainda estou a tentar falar com {target}.",
      .place: "Obrigado por esperar. [É o número {place} na fila.] [Espera estimada: {wait}.]",
      .farewell(nil): "Lamento, neste momento não há ninguém disponível.",
      .farewell(.optOut): "Está bem, voltamos atrás.",
      .farewell(.error): "Lamento, não consegui passar a chamada.",
      .mergePrompt: "Vou passar a chamada agora.",
      .briefing:
        "Chamada[ de {caller_name}][ sobre {topic}]. [{reason}.] [{summary}] [{facts}] [Próximo passo: {next_action}.] "
        + "Pressione {accept_digits} para atender, {decline_digits} para recusar, {repeat_digits} para ouvir "
        + "outra vez.",
      .reminder: "Pressione {accept_digits} para atender a chamada.",
      .taken: "Outra pessoa já atendeu a chamada. Obrigado.",
      .voicemailMessage:
        "Recebeu uma chamada[ de {caller_name}][ sobre {topic}]. [O número é {caller_number}.] [{summary}]",
      .menu(.menu):
        "Lamento, neste momento não há ninguém disponível. [Para deixar uma mensagem, pressione "
        + "{message_digits}.] [Para continuar à espera, pressione {wait_digits}.] [Para que lhe liguemos, pressione {callback_digits}.] [Para voltar, pressione "
        + "{return_digits}.]",
      .menu(.messagePrompt):
        "Deixe a sua mensagem depois do sinal. Quando terminar, pressione cardinal.",
      .menu(.messageReview):
        "Para enviar a mensagem, pressione 1. Para a ouvir, pressione 2. Para gravar de novo, pressione 3.",
      .menu(.messageSent):
        "Obrigado. A sua mensagem foi enviada. Adeus.",
      .menu(.callbackConfirm):
        "Podemos ligar-lhe[ para o {number}]. Pressione 1 para confirmar.[ Para outro número, pressione {other_digits}.]",
      .menu(.callbackNumber):
        "Marque o número para o qual devemos ligar e pressione cardinal.",
      .menu(.callbackPromised):
        "Obrigado. Vamos ligar-lhe[ para o {number}]. Adeus.",
      .menu(.callbackBriefing):
        "Por favor, ligue de volta[ a {caller_name}][ sobre {topic}]. [Esperou {waited} às {asked_at}.] [{reason}.] [{summary}] "
        + "[{facts}] [Próximo passo: {next_action}.] Pressione {accept_digits} para ligar agora, "
        + "{decline_digits} para mais tarde, {repeat_digits} para ouvir outra vez.",
      .menu(.callbackGreeting):
        "Olá. Esta é a chamada que nos pediu. Um momento, por favor.",
      .menu(.callbackUnreached):
        "Ninguém atendeu. Vou tentar mais tarde. Obrigado.",
      .menu(.callbackSorry):
        "Lamento, perdemos a ligação com o nosso colega. Voltaremos a ligar.",
    ],
    words: SpokenWords(
      fewSeconds: "alguns segundos",
      seconds: "segundos",
      oneMinute: "um minuto",
      oneAndAHalfMinutes: "um minuto e meio",
      minutes: "minutos",
      star: "asterisco",
      pound: "cardinal"
    )
  )
}
