extension ShippedLanguage {
  package static let english = ShippedLanguage(
    tag: "en",
    voice: "en",
    sentences: [
      .announcement:
        "I'm connecting you with {target}. [This usually takes about {wait}.] [Press {opt_out_digits} to go back.]",
      .comfort: "Thank you for holding. I'm still trying to reach {target}.",
      .farewell(nil): "I'm sorry, nobody is free right now.",
      .farewell(.optOut): "All right.",
      .farewell(.error): "I'm sorry, that did not work.",
      .mergePrompt: "Connecting you now.",
      .briefing:
        "A call[ from {caller_name}][ about {topic}]. [{reason}.] [{summary}] [{facts}] [Next step: {next_action}.] "
        + "Press {accept_digits} to take the call, {decline_digits} to decline, {repeat_digits} to hear this again.",
      .reminder: "Press {accept_digits} to take the call.",
      .taken: "Somebody else has taken the call. Thank you.",
      .voicemailMessage:
        "There was a call for you[ from {caller_name}][ about {topic}]. [The number is {caller_number}.] [{summary}]",
    ],
    words: SpokenWords(
      oneSecond: "one second",
      seconds: "seconds",
      oneMinute: "one minute",
      minutes: "minutes",
      star: "star",
      pound: "pound"
    )
  )
}
