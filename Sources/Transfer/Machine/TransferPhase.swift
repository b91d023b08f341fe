extension TransferMachine {
  package enum Phase: String, Sendable, Codable, CaseIterable {
    case requested, held, ringing, briefing, merging, connected, returning, ended
  }

  package var phase: Phase {
    switch state {
    case .new, .coming, .goingOnHold, .resting: .requested
    case .seeking(let seeking):
      if seeking.legs.contains(where: \.isAnswered) {
        .briefing
      } else {
        seeking.legs.isEmpty ? (request.isCallback ? .requested : .held) : .ringing
      }
    case .merging, .callingBack: .merging
    case .connected: .connected
    case .choosing, .leavingMessage, .arrangingCallback, .sayingGoodbye: .returning
    case .returning(let returning): returning.outcome.result == .connected ? .connected : .returning
    case .clearing(let clearing): clearing.outcome.result == .connected ? .connected : .returning
    case .ended: .ended
    }
  }

  package var outcome: Outcome? {
    if case .ended(let end) = state { end.outcome } else { nil }
  }

  /// The caller's channel is none of ours any more.
  package var callerHasLeft: Bool {
    switch state {
    case .clearing, .ended: true
    case .new, .coming, .goingOnHold, .seeking, .merging, .connected, .choosing, .leavingMessage, .arrangingCallback,
      .resting, .callingBack, .sayingGoodbye, .returning:
      request.isCallback
    }
  }

  /// Neither in a conversation nor sent anywhere.
  package var callerWaits: Bool {
    switch state {
    case .new, .goingOnHold, .seeking, .merging, .choosing, .leavingMessage, .arrangingCallback, .sayingGoodbye:
      !request.isCallback
    case .coming, .connected, .resting, .callingBack, .returning, .clearing, .ended: false
    }
  }

  /// A callback for which nobody is rung: there is nothing of it in Asterisk.
  package var isDormant: Bool { request.isCallback && legs.isEmpty && chores.isEmpty && outcome == nil }

  /// Those who are rung, briefed or connected just now.
  package var legs: [AgentLeg] { state.stage.legs }
}

// MARK: - Which leg something is about

extension SpeechID {
  var leg: LegID? {
    switch self {
    case .briefing(let leg), .reminder(let leg), .message(let leg): leg
    case .announcement, .comfort, .taken, .mergePrompt, .farewell, .menu: nil
    }
  }
}

extension PlaybackID {
  package var leg: LegID? {
    switch self {
    case .briefing(let leg, _), .reminder(let leg, _), .message(let leg), .taken(let leg), .ringing(let leg): leg
    case .announcement, .comfort, .mergePrompt, .farewell, .menu: nil
    }
  }
}

extension TimerID {
  var leg: LegID? {
    switch self {
    case .ring(let leg), .hearing(let leg, _), .accept(let leg, _), .reminder(let leg, _), .screening(let leg),
      .greeting(let leg), .message(let leg):
      leg
    case .hold, .coming, .dispatch, .comfort, .merge, .farewell, .music, .question, .recording, .leave, .callback,
      .again:
      nil
    }
  }
}

extension TransferEffect {
  var leg: LegID? {
    switch self {
    case .openSnoop(let leg), .detect(let leg, _), .awaitSilence(let leg), .closeSnoop(let leg), .release(let leg),
      .releaseFormer(let leg), .join(let leg), .ring(let leg, _, _, _), .playRinging(to: let leg),
      .play(_, to: .leg(let leg), _):
      leg
    case .stopPlayback(let playback): playback.leg
    case .bringCaller, .answerCaller, .openBridge, .holdCaller, .takeCallerOut, .startMusic, .stopMusic, .askDispatcher,
      .findPlace,
      .record, .stopRecording, .findRecording, .playRecording, .discardRecording, .keepMessage, .beginCallback,
      .summarize,
      .prepareSpeech,
      .discardSpeech,
      .play, .lookIntoTalk, .closeBridge, .armDeadMansSwitch, .liftDeadMansSwitch, .admitVoiceAgent,
      .hangUpVoiceAgent,
      .tellReports, .writeOutcome,
      .returnCaller, .moveCaller, .hangUpCaller, .startTimer, .cancelTimer:
      nil
    }
  }
}
