extension ShippedLanguage {
  package static let english = ShippedLanguage(
    tag: "en",
    voice: "en",
    sentences: [
      .announcement:
        "I'm connecting you with {target}. [This usually takes {wait}.] [Press {opt_out_digits} to go back.]",
      .comfort: "Thank you for holding. I'm still trying to reach {target}.",
      .place: "Thank you for holding. [You are number {place} in line.] [The estimated wait is {wait}.]",
      .farewell(nil): "Sorry, no one is available right now.",
      .farewell(.optOut): "Okay, taking you back.",
      .farewell(.error): "Sorry, I couldn't connect you.",
      .mergePrompt: "Connecting you now.",
      .briefing:
        "A call[ from {caller_name}][ about {topic}]. [{reason}.] [{summary}] [{facts}] [Next step: {next_action}.] "
        + "Press {accept_digits} to take the call, {decline_digits} to decline, {repeat_digits} to hear this again.",
      .reminder: "Press {accept_digits} to take the call.",
      .taken: "Someone else has taken the call. Thank you.",
      .voicemailMessage:
        "You missed a call[ from {caller_name}][ about {topic}]. [Their number is {caller_number}.] [{summary}]",
      .menu(.menu):
        "Sorry, no one is available right now. [Press {message_digits} to leave a message.] [Press "
        + "{wait_digits} to keep waiting.] [Press {callback_digits} to be called back.] [Press {return_digits} to go back.]",
      .menu(.messagePrompt):
        "Please leave your message after the tone. When you are done, press pound.",
      .menu(.messageReview):
        "To send your message, press 1. To listen to it, press 2. To record it again, press 3.",
      .menu(.messageSent):
        "Thank you. Your message has been sent. Goodbye.",
      .menu(.callbackConfirm):
        "We can call you back[ on {number}]. Press 1 to confirm.[ Press {other_digits} for another number.]",
      .menu(.callbackNumber):
        "Please enter the number that we should call, then press pound.",
      .menu(.callbackPromised):
        "Thank you. We will call you back[ on {number}]. Goodbye.",
      .menu(.callbackBriefing):
        "Please call back[ {caller_name}][ about {topic}]. [They waited {waited} at {asked_at}.] [{reason}.] [{summary}] "
        + "[{facts}] [Next step: {next_action}.] Press {accept_digits} to call now, {decline_digits} for later, "
        + "{repeat_digits} to hear this again.",
      .menu(.callbackGreeting):
        "Hello. This is the call that you asked us for. One moment, please.",
      .menu(.callbackUnreached):
        "They did not answer. I will try again later. Thank you.",
      .menu(.callbackSorry):
        "Sorry, I have just lost our colleague. We will call you again.",
    ],
    words: SpokenWords(
      fewSeconds: "a few seconds",
      seconds: "seconds",
      oneMinute: "a minute",
      oneAndAHalfMinutes: "a minute and a half",
      minutes: "minutes",
      star: "star",
      pound: "pound"
    )
  )
}
