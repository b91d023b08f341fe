/// Something that is to be done. The machine decides, the runner acts; commands to Asterisk are sent in this order.
package enum TransferEffect: Equatable, Sendable, Codable {
  case answerCaller
  case openHold
  case holdCaller
  case closeHold
  case startMusic(String)
  case stopMusic

  case prepareSpeech(SpeechID, text: String, Voice)
  /// Every sound file made for this transfer alone is deleted.
  case discardSpeech
  case play(SpokenMedia, to: Listener, as: PlaybackID)
  case stopPlayback(PlaybackID)

  case ring(LegID, dialString: String, ProxyCallerID, limit: Duration)
  case release(LegID)

  case openTalk
  /// Caller and leg into the talk bridge, in one command.
  case join(LegID)
  case closeTalk
  /// The dialplan's time limit, which would take a caller back whose service has died, must not cut a conversation.
  case liftDeadMansSwitch

  case writeOutcome(Outcome)
  case returnCaller
  case hangUpCaller

  case startTimer(TimerID, at: WallTime)
  case cancelTimer(TimerID)
}

package enum Listener: Equatable, Sendable, Codable {
  case caller
  case leg(LegID)
  case talk
}
