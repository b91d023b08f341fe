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
