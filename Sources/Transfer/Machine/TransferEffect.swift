/// Something that is to be done. The machine decides, the runner acts; commands to Asterisk are sent in this order.
package enum TransferEffect: Equatable, Sendable, Codable {
  /// Out of the application in which they are, into ours.
  case bringCaller
  case answerCaller
  /// The bridge in which the caller waits and talks, the same one from the first note to the last word.
  case openBridge
  case holdCaller
  /// Out of the bridge: in one nobody is recorded.
  case takeCallerOut
  case startMusic(String)
  case stopMusic

  /// The rule of this name has somebody outside who says who is rung.
  case askDispatcher(rule: String)
  /// Asks where the caller stands in the line; the answer is the event `placeFound`.
  case findPlace
  /// A language model makes a summary for the ear.
  case summarize

  case prepareSpeech(SpeechID, text: String, Voice)
  /// Every sound file made for this transfer alone is deleted.
  case discardSpeech
  case play(SpokenMedia, to: Listener, as: PlaybackID)
  case stopPlayback(PlaybackID)

  /// What the caller says, as the how-manieth recording of this transfer.
  case record(Int, longest: Duration, silence: Duration)
  case stopRecording(Int)
  /// Asks whether there is one.
  case findRecording(Int)
  /// The caller hears it.
  case playRecording(Int, as: PlaybackID)
  case discardRecording(Int)
  /// It is a message.
  case keepMessage(CallersMessage)
  /// The transfer in which this caller is called back.
  case beginCallback(CallbackPromise)

  /// A copy of what the person says, for the detector of answering machines.
  case openSnoop(LegID)
  case detect(LegID, DetectorNumbers)
  case awaitSilence(LegID)
  case closeSnoop(LegID)

  /// Until it is stopped: what is heard by whoever calls somebody.
  case playRinging(to: LegID)
  case ring(LegID, dialString: String, ProxyCallerID, limit: Duration)
  case release(LegID)

  /// The leg into the bridge, where the caller is already.
  case join(LegID)
  /// Asks who is in the bridge; the answer is the event `talkSeen`.
  case lookIntoTalk
  case closeBridge
  /// Asterisk's own time limit, which takes a caller back to the dialplan whose service has died.
  case armDeadMansSwitch(Duration)
  /// It must not cut a conversation, or what comes after us.
  case liftDeadMansSwitch
  /// The voice agent that spoke with the caller before, into the talk.
  case admitVoiceAgent(String, muted: Bool)
  case hangUpVoiceAgent(String)
  /// The channel whose place another has taken.
  case releaseFormer(LegID)

  /// That the caller is in a transfer, for the PBX's own reports and hang-up handlers. Nobody waits for it, and it is
  /// sent before anything is played: Asterisk keeps variables waiting while a channel hears something.
  case tellReports
  case writeOutcome(Outcome)
  case returnCaller
  /// To another application of Asterisk.
  case moveCaller(to: String, Outcome)
  case hangUpCaller

  case startTimer(TimerID, at: WallTime)
  case cancelTimer(TimerID)

  private enum CodingKeys: String, CodingKey {
    case bringCaller, answerCaller, holdCaller, takeCallerOut, startMusic, stopMusic
    case record, stopRecording, findRecording, playRecording, discardRecording, keepMessage
    case beginCallback, playRinging
    case openBridge = "openTalk"
    case closeBridge = "closeTalk"
    case askDispatcher, findPlace, summarize, prepareSpeech, discardSpeech, play, stopPlayback
    case openSnoop = "openEar"
    case closeSnoop = "closeEar"
    case detect, awaitSilence, ring, release, join, lookIntoTalk
    case armDeadMansSwitch, liftDeadMansSwitch, admitVoiceAgent, hangUpVoiceAgent, releaseFormer
    case tellReports, writeOutcome, returnCaller, moveCaller, hangUpCaller, startTimer, cancelTimer
  }
}

/// What a caller has left for those who could not be had.
package struct CallersMessage: Equatable, Sendable, Codable {
  /// The how-manieth recording of the transfer.
  package var recording: Int
  /// Nil where nobody was there to be told.
  package var length: Duration?

  package init(recording: Int, length: Duration?) {
    (self.recording, self.length) = (recording, length)
  }
}

package enum Listener: Equatable, Sendable, Codable {
  case caller
  case leg(LegID)
  case talk
}

extension TransferEffect {
  /// There is nothing to be done where the caller is rung last.
  var needsCaller: Bool {
    switch self {
    case .bringCaller, .answerCaller, .holdCaller, .takeCallerOut, .startMusic, .stopMusic, .findPlace, .record,
      .stopRecording, .findRecording, .playRecording, .armDeadMansSwitch, .liftDeadMansSwitch, .tellReports,
      .writeOutcome, .returnCaller, .moveCaller, .hangUpCaller, .play(_, to: .caller, _), .startTimer(.comfort, _),
      .admitVoiceAgent, .hangUpVoiceAgent:
      true
    case .openBridge, .askDispatcher, .summarize, .prepareSpeech, .discardSpeech, .play, .stopPlayback,
      .discardRecording, .keepMessage, .beginCallback, .openSnoop, .detect, .awaitSilence, .closeSnoop, .playRinging,
      .ring, .release, .join, .lookIntoTalk, .closeBridge, .releaseFormer, .startTimer, .cancelTimer:
      false
    }
  }
}

extension TransferEffect {
  /// Speech that is there already.
  func prepares(anyOf spoken: [SpeechID: SpokenMedia]) -> Bool {
    if case .prepareSpeech(let speech, _, _) = self { spoken[speech] != nil } else { false }
  }
}
