extension ShippedLanguage {
  package static let spanish = ShippedLanguage(
    tag: "es",
    voice: "es",
    sentences: [
      .announcement:
        "Le comunico con {target}. [Suele tardar {wait}.] [Pulse {opt_out_digits} para volver.]",
      .comfort: "Gracias por esperar. Sigo intentando comunicarle con {target}.",
      .place: "Gracias por esperar. [Es usted el número {place} de la fila.] [Espera estimada: {wait}.]",
      .farewell(nil): "Lo siento, ahora mismo no hay nadie disponible.",
      .farewell(.optOut): "De acuerdo, volvemos.",
      .farewell(.error): "Lo siento, no he podido pasar su llamada.",
      .mergePrompt: "Les comunico ahora.",
      .briefing:
        "Llamada[ de {caller_name}][ sobre {topic}]. [{reason}.] [{summary}] [{facts}] "
        + "[Siguiente paso: {next_action}.] "
        + "Pulse {accept_digits} para aceptar, {decline_digits} para rechazar, {repeat_digits} para oírlo otra vez.",
      .reminder: "Pulse {accept_digits} para aceptar la llamada.",
      .taken: "Otra persona ya ha atendido la llamada. Gracias.",
      .voicemailMessage:
        "Ha recibido una llamada[ de {caller_name}][ sobre {topic}]. [El número es {caller_number}.] [{summary}]",
      .menu(.menu):
        "Lo siento, ahora no hay nadie disponible. [Para dejar un mensaje, pulse {message_digits}.] [Para"
        + " seguir esperando, pulse {wait_digits}.] [Para que le llamemos, pulse {callback_digits}.] [Para volver, pulse {return_digits}.]",
      .menu(.messagePrompt):
        "Deje su mensaje después del tono. Cuando termine, pulse almohadilla.",
      .menu(.messageReview):
        "Para enviar el mensaje, pulse 1. Para escucharlo, pulse 2. Para grabarlo de nuevo, pulse 3.",
      .menu(.messageSent):
        "Gracias. Su mensaje se ha enviado. Adiós.",
      .menu(.callbackConfirm):
        "Podemos llamarle[ al {number}]. Pulse 1 para confirmar.[ Para otro número, pulse {other_digits}.]",
      .menu(.callbackNumber):
        "Marque el número al que debemos llamar y pulse almohadilla.",
      .menu(.callbackPromised):
        "Gracias. Le llamaremos[ al {number}]. Adiós.",
      .menu(.callbackBriefing):
        "Devuelva la llamada[ a {caller_name}][ sobre {topic}]. [Esperó {waited} a las {asked_at}.] [{reason}.] [{summary}] "
        + "[{facts}] [Siguiente paso: {next_action}.] Pulse {accept_digits} para llamar ahora, {decline_digits} para más tarde, "
        + "{repeat_digits} para oírlo otra vez.",
      .menu(.callbackGreeting):
        "Hola. Esta es la llamada que nos pidió. Un momento, por favor.",
      .menu(.callbackUnreached):
        "No ha contestado. Lo intentaré más tarde. Gracias.",
      .menu(.callbackSorry):
        "Lo siento, se ha cortado la llamada con nuestro compañero. Volveremos a llamarle.",
    ],
    words: SpokenWords(
      fewSeconds: "unos segundos",
      seconds: "segundos",
      oneMinute: "un minuto",
      oneAndAHalfMinutes: "un minuto y medio",
      minutes: "minutos",
      star: "asterisco",
      pound: "almohadilla"
    )
  )
}
