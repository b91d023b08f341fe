/// Something that is to be done. The machine decides, the runner acts; commands to Asterisk are sent in this order.
package enum TransferEffect: Equatable, Sendable, Codable {
  case answerCaller
  case openHold
  case holdCaller
  case closeHold
  case startMusic(String)
  case stopMusic

  /// The rule of this name has somebody outside who says who is rung.
  case askDispatcher(rule: String)
  /// A language model makes a summary for the ear.
  case summarize

  case prepareSpeech(SpeechID, text: String, Voice)
  /// Every sound file made for this transfer alone is deleted.
  case discardSpeech
  case play(SpokenMedia, to: Listener, as: PlaybackID)
  case stopPlayback(PlaybackID)

  /// A copy of what the person says, for the detector of answering machines.
  case openEar(LegID)
  case detect(LegID, DetectorNumbers)
  case awaitSilence(LegID)
  case closeEar(LegID)

  case ring(LegID, dialString: String, ProxyCallerID, limit: Duration)
  case release(LegID)

  case openTalk
  /// Caller and leg into the talk bridge, in one command.
  case join(LegID)
  case closeTalk
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
}

package enum Listener: Equatable, Sendable, Codable {
  case caller
  case leg(LegID)
  case talk
}

/// What has to be made sure of, or somebody's channel is left over, or music plays into a conversation: it is repeated
/// until Asterisk has done it, or says that there is nothing left to do.
package enum Chore: Hashable, Sendable, Codable {
  case release(LegID)
  case closeEar(LegID)
  case closeHold
  case closeTalk
  case stopMusic
  case liftDeadMansSwitch

  package init?(_ effect: TransferEffect) {
    switch effect {
    case .release(let leg): self = .release(leg)
    case .closeEar(let leg): self = .closeEar(leg)
    case .closeHold: self = .closeHold
    case .closeTalk: self = .closeTalk
    case .stopMusic: self = .stopMusic
    case .liftDeadMansSwitch: self = .liftDeadMansSwitch
    case .answerCaller, .openHold, .holdCaller, .startMusic, .askDispatcher, .summarize, .prepareSpeech, .discardSpeech,
      .play, .stopPlayback,
      .openEar, .detect, .awaitSilence, .ring, .openTalk, .join, .armDeadMansSwitch, .admitVoiceAgent,
      .hangUpVoiceAgent, .releaseFormer, .tellReports, .writeOutcome, .returnCaller, .moveCaller, .hangUpCaller,
      .startTimer,
      .cancelTimer:
      return nil
    }
  }

  var effect: TransferEffect {
    switch self {
    case .release(let leg): .release(leg)
    case .closeEar(let leg): .closeEar(leg)
    case .closeHold: .closeHold
    case .closeTalk: .closeTalk
    case .stopMusic: .stopMusic
    case .liftDeadMansSwitch: .liftDeadMansSwitch
    }
  }
}
