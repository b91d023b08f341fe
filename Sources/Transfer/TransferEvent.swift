/// Something that has happened to a transfer. Frames from Asterisk, keys, timers, API calls and the results of the
/// transfer's own commands all enter the machine as one of these.
package enum TransferEvent: Equatable, Sendable, Codable {
  case requested
  case cancelRequested
  case caller(CallerEvent)
  case leg(LegID, LegEvent)
  case speechReady(SpeechID, SpokenMedia)
  case speechFailed(SpeechID, String)
  /// It was heard to its end, was stopped, or failed: Asterisk says the same word for all three.
  case playbackEnded(PlaybackID)
  case timerFired(TimerID)
  case commandFailed(TransferEffect, CommandFailure)
}

package enum CallerEvent: Equatable, Sendable, Codable {
  case enteredHold
  case enteredTalk
  /// No longer in our hands: hung up, sent on by us, or taken away by the dialplan's own time limit.
  case left
}

package enum LegEvent: Equatable, Sendable, Codable {
  case rang
  case answered
  case pressed(String)
  case enteredTalk
  case ended(HangupCause)
}

/// Why Asterisk did not do what it was told.
package enum CommandFailure: Error, Equatable, Sendable, Codable {
  /// The channel, bridge or playback is not there (any more).
  case gone
  case refused(String)
  /// No answer in time, or no connection: it may or may not have been done.
  case unanswered(String)
}

/// A text that is spoken to somebody.
package enum SpeechID: Hashable, Sendable, Codable {
  case announcement
  case briefing(LegID)
  case mergePrompt
}

/// A synthesized text, as Asterisk will play it.
package struct SpokenMedia: Equatable, Sendable, Codable {
  /// The name of the sound file, without folder and extension.
  package var file: String
  package var length: Duration

  package init(file: String, length: Duration) {
    self.file = file
    self.length = length
  }
}

package enum PlaybackID: Hashable, Sendable, Codable {
  case announcement
  case briefing(LegID, hearing: Int)
  case mergePrompt
}

/// Timers are data. One that fires after its reason has gone is ignored: the state no longer names it.
package enum TimerID: Hashable, Sendable, Codable {
  case hold
  case ring(LegID)
  /// The briefing ought to have ended by itself; Asterisk does not always say so.
  case hearing(LegID, Int)
  case accept(LegID, hearing: Int)
  case merge
  case liftSwitch
  case leave
}
