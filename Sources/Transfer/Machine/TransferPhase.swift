extension TransferMachine {
  package enum Phase: String, Sendable, Codable, CaseIterable {
    case requested, held, ringing, briefing, merging, connected, returning, ended
  }

  package var phase: Phase {
    switch state {
    case .new, .goingOnHold: .requested
    case .seeking(let seeking):
      if seeking.legs.contains(where: \.isAnswered) { .briefing } else { seeking.legs.isEmpty ? .held : .ringing }
    case .merging: .merging
    case .connected: .connected
    case .takingLeave: .returning
    case .leaving(let leaving): leaving.outcome.result == .connected ? .connected : .returning
    case .clearing(let outcome): outcome.result == .connected ? .connected : .returning
    case .ended: .ended
    }
  }

  package var outcome: Outcome? {
    if case .ended(let outcome) = state { outcome } else { nil }
  }

  /// The caller's channel is none of ours any more.
  package var callerHasLeft: Bool {
    switch state {
    case .clearing, .ended: true
    case .new, .goingOnHold, .seeking, .merging, .connected, .takingLeave, .leaving: false
    }
  }

  /// Neither in a conversation nor sent anywhere.
  package var callerWaits: Bool {
    switch state {
    case .new, .goingOnHold, .seeking, .merging, .takingLeave: true
    case .connected, .leaving, .clearing, .ended: false
    }
  }

  /// Those who are rung, briefed or connected just now.
  package var legs: [AgentLeg] {
    switch state {
    case .new, .goingOnHold, .takingLeave, .leaving, .clearing, .ended: []
    case .seeking(let seeking): seeking.legs
    case .merging(let merging): [merging.leg]
    case .connected(let talk): [talk.leg]
    }
  }
}

extension TransferEvent {
  /// The leg that it speaks of, if it speaks of one.
  var leg: LegID? {
    switch self {
    case .leg(let id, _): id
    case .speechReady(let speech, _), .speechFailed(let speech, _): speech.leg
    case .playbackEnded(let playback): playback.leg
    case .timerFired(let timer): timer.leg
    case .commandFailed(let effect, _), .commandSucceeded(let effect): effect.leg
    case .requested, .resumed, .asteriskRestarted, .cancelRequested, .dispatched, .summarized, .summaryFailed, .granted,
      .passedOver, .caller:
      nil
    }
  }
}

extension SpeechID {
  fileprivate var leg: LegID? {
    switch self {
    case .briefing(let leg), .reminder(let leg), .message(let leg): leg
    case .announcement, .comfort, .taken, .mergePrompt, .farewell: nil
    }
  }
}

extension PlaybackID {
  fileprivate var leg: LegID? {
    switch self {
    case .briefing(let leg, _), .reminder(let leg, _), .message(let leg), .taken(let leg): leg
    case .announcement, .comfort, .mergePrompt, .farewell: nil
    }
  }
}

extension TimerID {
  fileprivate var leg: LegID? {
    switch self {
    case .ring(let leg), .hearing(let leg, _), .accept(let leg, _), .reminder(let leg, _), .screening(let leg),
      .greeting(let leg), .message(let leg):
      leg
    case .hold, .dispatch, .comfort, .merge, .farewell, .leave, .again: nil
    }
  }
}

extension TransferEffect {
  fileprivate var leg: LegID? {
    switch self {
    case .openEar(let leg), .detect(let leg, _), .awaitSilence(let leg), .closeEar(let leg), .release(let leg),
      .releaseFormer(let leg), .join(let leg), .ring(let leg, _, _, _), .play(_, to: .leg(let leg), _):
      leg
    case .stopPlayback(let playback): playback.leg
    case .answerCaller, .openHold, .holdCaller, .closeHold, .startMusic, .stopMusic, .askDispatcher, .summarize,
      .prepareSpeech,
      .discardSpeech,
      .play, .openTalk, .closeTalk, .armDeadMansSwitch, .liftDeadMansSwitch, .admitVoiceAgent, .hangUpVoiceAgent,
      .tellReports, .writeOutcome,
      .returnCaller, .moveCaller, .hangUpCaller, .startTimer, .cancelTimer:
      nil
    }
  }
}
