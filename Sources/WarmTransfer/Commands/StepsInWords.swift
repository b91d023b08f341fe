import Transfer

extension TransferEvent {
  /// For people who look at a transfer afterwards.
  func told(by names: LegNames) -> String {
    switch self {
    case .requested: "requested"
    case .ordered: "requested over the API"
    case .resumed: "the service or its connection to Asterisk came back"
    case .asteriskRestarted: "Asterisk was restarted"
    case .cancelRequested(let holder): "cancelled" + by(holder)
    case .granted(let name): "\(name) is free"
    case .passedOver(let name, let cause): "\(name) is not rung: \(cause.rawValue)"
    case .dispatched(.ring(let party, _)): "dispatcher: ring \(party.name)"
    case .dispatched(.refuse(let message)): "dispatcher: refuse, \(message)"
    case .dispatched(.failed(let reason)): "dispatcher failed: \(reason)"
    case .placeFound(let place, let wait):
      "place in line: \(place.map(String.init) ?? "none")" + (wait.map { ", about \($0.inSeconds)" } ?? "")
    case .summarized(let words): "spoken summary: \(words)"
    case .summaryFailed(let reason): "no spoken summary: \(reason)"
    case .caller(let event): "caller: \(event.told)"
    case .leg(let leg, let event): "person \(names.name(of: leg)): \(event.told)"
    case .speechReady(let speech, let media): "\(speech.told) is ready, \(media.length.inSeconds) long"
    case .speechFailed(let speech, let message): "\(speech.told) cannot be spoken: \(message)"
    case .playbackEnded(let playback): "\(playback.told) has ended"
    case .timerFired(let timer): "time is up: \(timer.told)"
    case .commandFailed(let effect, let failure): "failed: \(effect.told(by: names) ?? "speech"): \(failure.told)"
    case .commandSucceeded(let effect): "done: \(effect.told(by: names) ?? "speech")"
    case .talkSeen(let caller, let legs): "found in the talk bridge: \(present(caller, legs, names))"
    case .conversationSeen(let leg): "the caller and \(names.name(of: leg)) are already talking"
    case .callbackSeen(let person, _): "the caller and \(names.name(of: person)) are already talking"
    case .calledIn(let transfer): "the caller has called in: transfer \(transfer)"
    }
  }

  private func present(_ caller: Bool, _ legs: Set<LegID>, _ names: LegNames) -> String {
    let all = (caller ? ["the caller"] : []) + legs.sorted().map { names.name(of: $0) }
    return all.isEmpty ? "nobody" : all.joined(separator: ", ")
  }
}

/// The holder of a token who did it over the API.
private func by(_ holder: String?) -> String { holder.map { " by \($0)" } ?? "" }

/// On a screen the person has done it themselves.
private func place(_ holder: String?) -> String {
  DeskRequester.agent(in: holder) == nil ? " over the API" + by(holder) : " on the desk"
}

extension CallerEvent {
  fileprivate var told: String {
    switch self {
    case .cameIn: "came in"
    case .enteredHold: "on hold"
    case .strayed: "left the holding bridge"
    case .pressed(let key): key.isEmpty ? "pressed a key" : "pressed \(key)"
    case .recorded(let number, let recorded): "recording \(number): \(recorded.told)"
    case .becameChannel(let channel): "is now on channel \(channel)"
    case .moveFailed: "could not be moved"
    case .hungUp: "hung up"
    case .left: "left"
    case .takenAway: "was taken out by someone else"
    }
  }
}

extension Recorded {
  fileprivate var told: String {
    switch self {
    case .words(let length): "\(length.inSeconds) long"
    case .silence: "nothing was said"
    case .failed(let reason): "failed, \(reason)"
    }
  }
}

extension LegEvent {
  fileprivate var told: String {
    switch self {
    case .rang: "rings"
    case .answered: "answered"
    case .pressed(let key): key.isEmpty ? "pressed a key" : "pressed \(key)"
    case .accepted(let holder): "accepted" + place(holder)
    case .declined(let holder, let reason): "declined" + place(holder) + (reason.map { ": \($0)" } ?? "")
    case .briefingRequested(let holder): "asked for the briefing again" + place(holder)
    case .enteredTalk: "in the bridge"
    case .becameChannel(let channel): "is now on channel \(channel)"
    case .snoopOpened: "snoop opened"
    case .detected(let detection): "detector says \(detection.verdict.rawValue), \(detection.cause)"
    case .snoopClosed: "snoop closed"
    case .greetingEnded: "greeting is over"
    case .ended(let cause): "gone, cause \(cause.code)"
    }
  }
}

extension CommandFailure {
  fileprivate var told: String {
    switch self {
    case .gone: "no longer there"
    case .conflict(let message): "not possible right now: \(message)"
    case .refused(let message): "refused: \(message)"
    case .unanswered(let message): "no answer: \(message)"
    }
  }
}

extension SpeechID {
  fileprivate var told: String {
    switch self {
    case .announcement: "the announcement"
    case .comfort: "the comfort message"
    case .briefing(let leg): "the briefing for \(leg.number)"
    case .reminder(let leg): "the reminder for \(leg.number)"
    case .message(let leg): "the message for \(leg.number)"
    case .taken: "the message that someone else took the call"
    case .mergePrompt: "the merge prompt"
    case .farewell: "the return message"
    case .menu(let sentence): sentence.rawValue
    }
  }
}

extension PlaybackID {
  fileprivate var told: String {
    switch self {
    case .announcement: "the announcement"
    case .comfort: "the comfort message"
    case .briefing(let leg, let hearing): "the briefing for \(leg.number), hearing \(hearing)"
    case .reminder(let leg, _): "the reminder for \(leg.number)"
    case .message(let leg): "the message for \(leg.number)"
    case .taken(let leg): "the message to \(leg.number) that someone else took the call"
    case .ringing(let leg): "the ringing tone to \(leg.number)"
    case .mergePrompt: "the merge prompt"
    case .farewell: "the return message"
    case .menu(let number): "prompt \(number) of the menu"
    }
  }
}

extension TimerID {
  fileprivate var told: String {
    switch self {
    case .hold: "for the caller to wait"
    case .coming: "for the caller to come in"
    case .dispatch: "for the dispatcher to answer"
    case .ring(let leg): "for \(leg.number) to answer"
    case .hearing(let leg, _): "for \(leg.number) to hear the briefing"
    case .accept(let leg, _): "for \(leg.number) to press a key"
    case .reminder(let leg, _): "before \(leg.number) is reminded"
    case .screening(let leg): "for detection on \(leg.number)"
    case .greeting(let leg): "for the greeting of \(leg.number)"
    case .message(let leg): "for the message to \(leg.number)"
    case .comfort: "before the comfort message"
    case .merge: "to join the two"
    case .farewell: "for the return message"
    case .music: "before the music is started again"
    case .question: "for the caller to press a key"
    case .recording: "for the message to end"
    case .leave: "for the caller to leave"
    case .callback: "before the caller is called back"
    case .again: "before a command is repeated"
    }
  }
}

extension TransferEffect {
  /// nil for what is told otherwise.
  func told(by names: LegNames) -> String? {
    switch self {
    case .prepareSpeech, .startTimer, .cancelTimer: nil
    case .askDispatcher(let rule): "ask the dispatcher of rule \(rule)"
    case .findPlace: "find the place in line"
    case .summarize: "ask for a summary"
    case .bringCaller: "bring the caller in"
    case .answerCaller: "answer the caller"
    case .openBridge: "create the bridge"
    case .holdCaller: "put the caller on hold"
    case .takeCallerOut: "take the caller out of the bridge"
    case .record(let number, let longest, _): "record message \(number), at most \(longest.inSeconds)"
    case .stopRecording(let number): "stop recording message \(number)"
    case .findRecording(let number): "look for message \(number)"
    case .playRecording(let number, _): "play message \(number) to the caller"
    case .discardRecording(let number): "delete message \(number)"
    case .keepMessage(let message): "keep message \(message.recording)"
    case .beginCallback(let promise): "call the caller back on \(promise.number)"
    case .playRinging(to: let leg): "let \(names.name(of: leg)) hear it ring"
    case .startMusic(let music): "start music \(music)"
    case .stopMusic: "stop music"
    case .discardSpeech: "delete the speech"
    case .play(_, let listener, let playback): "play \(playback.told) to \(names.name(of: listener))"
    case .stopPlayback(let playback): "stop \(playback.told)"
    case .openSnoop(let leg): "open a snoop on \(leg.number)"
    case .detect(let leg, _): "detect whether \(leg.number) is a machine"
    case .awaitSilence(let leg): "wait until \(leg.number) is silent"
    case .closeSnoop(let leg): "close the snoop on \(leg.number)"
    case .ring(let leg, let dialString, _, let limit):
      "ring person \(leg.number), \(dialString), for \(limit.inSeconds)"
    case .release(let leg): "hang up \(leg.number)"
    case .join(let leg): "join the caller and \(names.name(of: leg))"
    case .lookIntoTalk: "check who is in the talk bridge"
    case .closeBridge: "delete the bridge"
    case .armDeadMansSwitch(let limit): "arm the dead-man's switch, \(limit.inSeconds)"
    case .liftDeadMansSwitch: "disarm the dead-man's switch"
    case .admitVoiceAgent(let channel, let isMuted): "add the voice agent\(isMuted ? ", muted" : ""), \(channel)"
    case .hangUpVoiceAgent(let channel): "hang up the voice agent, \(channel)"
    case .releaseFormer(let leg): "hang up the former channel of \(leg.number)"
    case .tellReports: "write the CDR fields"
    case .writeOutcome(let outcome): "set the result \(outcome.result.rawValue), \(outcome.cause.rawValue)"
    case .returnCaller: "return the caller to the dialplan"
    case .moveCaller(let application, _): "move the caller to \(application)"
    case .hangUpCaller: "hang up the caller"
    }
  }
}
