/// What is left of a transfer when the words of it are kept no longer: who, when, which keys, and how it ended. What the
/// administrator has configured is nobody's secret, and stays.
///
/// A machine that is told the rest goes the same way, so words that it looks at become other words, not none.
extension TransferRequest {
  package var redacted: TransferRequest {
    var rest = self
    rest.context = context.redacted
    rest.plan = plan.redacted
    return rest
  }
}

extension CallContext {
  /// What no row of the table keeps goes, also what has no row.
  package var redacted: CallContext {
    var rest = CallContext()
    for field in Self.fields where !field.isPrivate { rest[field] = self[field] }
    return rest
  }
}

extension TransferPlan {
  package var redacted: TransferPlan {
    switch self {
    case .ring, .refuse: self
    case .ask(let question): .ask(question.redacted)
    case .turnAway(let message): .turnAway(message.redacted)
    }
  }
}

extension DispatchQuestion {
  package var redacted: DispatchQuestion {
    var rest = self
    rest.fallback = fallback.redacted
    return rest
  }
}

extension DispatchAnswer {
  package var redacted: DispatchAnswer {
    switch self {
    case .ring(let party, facts: _): .ring(party, facts: [])
    case .refuse(let message): .refuse(message.redacted)
    case .failed(let reason): .failed(reason.redacted)
    }
  }
}

extension TransferEvent {
  package var redacted: TransferEvent {
    switch self {
    case .dispatched(let answer): .dispatched(answer.redacted)
    case .summarized: .summarized("")
    case .summaryFailed(let reason): .summaryFailed(reason.redacted)
    case .speechFailed(let speech, let reason): .speechFailed(speech, reason.redacted)
    case .commandFailed(let effect, let failure): .commandFailed(effect.redacted, failure)
    case .commandSucceeded(let effect): .commandSucceeded(effect.redacted)
    case .leg(let leg, .declined(let holder, let reason)): .leg(leg, .declined(by: holder, reason: reason?.redacted))
    case .requested, .ordered, .resumed, .asteriskRestarted, .cancelRequested, .granted, .passedOver, .placeFound,
      .caller, .leg, .speechReady,
      .playbackEnded, .timerFired, .talkSeen, .conversationSeen, .callbackSeen, .calledIn:
      self
    }
  }
}

extension TransferEffect {
  package var redacted: TransferEffect {
    switch self {
    case .prepareSpeech(let speech, text: _, let voice): .prepareSpeech(speech, text: "", voice)
    case .bringCaller, .answerCaller, .openBridge, .holdCaller, .takeCallerOut, .record, .stopRecording,
      .findRecording, .playRecording, .discardRecording, .keepMessage, .beginCallback, .playRinging, .startMusic,
      .stopMusic, .askDispatcher,
      .findPlace,
      .summarize,
      .discardSpeech, .play, .stopPlayback, .openSnoop, .detect, .awaitSilence, .closeSnoop, .ring, .release,
      .join, .lookIntoTalk, .closeBridge, .armDeadMansSwitch, .liftDeadMansSwitch, .admitVoiceAgent, .hangUpVoiceAgent,
      .releaseFormer,
      .tellReports, .writeOutcome, .returnCaller, .moveCaller, .hangUpCaller, .startTimer, .cancelTimer:
      self
    }
  }
}

extension String {
  fileprivate var redacted: String { isEmpty ? "" : "…" }
}
