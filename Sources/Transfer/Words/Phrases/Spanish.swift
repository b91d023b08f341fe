extension ShippedLanguage {
  package static let spanish = ShippedLanguage(
    tag: "es",
    voice: "es",
    sentences: [
      .announcement:
        "Le comunico con {target}. [Suele tardar alrededor de {wait}.] [Pulse {opt_out_digits} para volver.]",
      .comfort: "Gracias por esperar. Sigo intentando comunicarle con {target}.",
      .farewell(nil): "Lo siento, ahora mismo no hay nadie disponible.",
      .farewell(.optOut): "De acuerdo.",
      .farewell(.error): "Lo siento, no ha sido posible.",
      .mergePrompt: "Les pongo en contacto ahora.",
      .briefing:
        "Llamada[ de {caller_name}][ sobre {topic}]. [{reason}.] [{summary}] [{facts}] "
        + "[Siguiente paso: {next_action}.] "
        + "Pulse {accept_digits} para aceptar, {decline_digits} para rechazar, {repeat_digits} para oírlo otra vez.",
      .reminder: "Pulse {accept_digits} para aceptar la llamada.",
      .taken: "Otra persona ha atendido la llamada. Gracias.",
      .voicemailMessage:
        "Ha recibido una llamada[ de {caller_name}][ sobre {topic}]. [El número es {caller_number}.] [{summary}]",
    ],
    words: SpokenWords(
      oneSecond: "un segundo",
      seconds: "segundos",
      oneMinute: "un minuto",
      minutes: "minutos",
      star: "asterisco",
      pound: "almohadilla"
    )
  )
}
