/// Something that has happened to a transfer. Frames from Asterisk, keys, timers, API calls and the results of the
/// transfer's own commands all enter the machine as one of these.
package enum TransferEvent: Equatable, Sendable, Codable {
  case requested
  /// The same by the API, while the caller is still in another application.
  case ordered
  /// The service has come back, or Asterisk has: what was decided and not confirmed may never have been done.
  case resumed
  /// It is another Asterisk than before: every channel and bridge of ours has gone with the old one.
  case asteriskRestarted
  /// By the holder of this token, or nil: by the service itself.
  case cancelRequested(by: String? = nil)
  /// The target of this name is free, and this caller's.
  case granted(String)
  /// Asterisk knows already that there is no use in ringing the target of this name.
  case passedOver(String, Outcome.Cause)
  /// Whoever was asked from outside has said who is rung.
  case dispatched(DispatchAnswer)
  /// Where the caller stands in the line, 1 for the next; nil: in none. And how long it will probably take, if there is
  /// experience.
  case placeFound(Int?, wait: Duration?)
  case summarized(String)
  case summaryFailed(String)
  case caller(CallerEvent)
  case leg(LegID, LegEvent)
  case speechReady(SpeechID, SpokenMedia)
  case speechFailed(SpeechID, String)
  /// It was heard to its end, was stopped, or failed: Asterisk says the same word for all three.
  case playbackEnded(PlaybackID)
  case timerFired(TimerID)
  case commandFailed(TransferEffect, CommandFailure)
  /// Told only of effects that have to be made sure of, see `Chore`.
  case commandSucceeded(TransferEffect)
  /// What Asterisk says of the bridge, see `TransferEffect.lookIntoTalk`: whether the caller is in it,
  /// and which legs are.
  case talkSeen(caller: Bool, legs: Set<LegID>)
  /// After an outage: the caller and this leg are talking with each other.
  case conversationSeen(LegID)
  /// The same of a caller who was called back.
  case callbackSeen(person: LegID, callee: LegID)
  /// Whoever is to be called back is here, in this transfer.
  case calledIn(TransferID)
}

package enum CallerEvent: Equatable, Sendable, Codable {
  /// Out of the application from which they were asked for.
  case cameIn
  case enteredHold
  /// Still there, but in no bridge of ours.
  case strayed
  case pressed(String)
  /// What they were to say is recorded, or could not be.
  case recorded(Int, Recorded)
  /// Another channel has taken the place of the caller's, as after a transfer made elsewhere.
  case becameChannel(String)
  /// The application that was to take them is not there.
  case moveFailed
  /// Their end has let go; that they have left follows.
  case hungUp
  /// No longer in our hands: hung up, or sent on by us.
  case left
  /// No longer in our hands and still there: taken away by the dialplan's own time limit, or by somebody.
  case takenAway
}

package enum LegEvent: Equatable, Sendable, Codable {
  case rang
  case answered
  case pressed(String)
  /// On a screen, or by whoever else may ask for it: by the holder of this token. Nil in what older records say, and where
  /// the phone was found in the conversation already.
  case accepted(by: String? = nil)
  /// And why, if they say.
  case declined(by: String? = nil, reason: String? = nil)
  /// On a screen, in place of the key: the briefing once more.
  case briefingRequested(by: String? = nil)
  case enteredTalk
  case becameChannel(String)
  /// The copy of what the person says is there.
  case snoopOpened
  case detected(Detection)
  /// The detector has gone without a word.
  case snoopClosed
  /// The machine has spoken its greeting to the end.
  case greetingEnded
  case ended(HangupCause)

  private enum CodingKeys: String, CodingKey {
    case rang, answered, pressed, accepted, declined, briefingRequested, enteredTalk, becameChannel, detected,
      greetingEnded, ended
    case snoopOpened = "earOpened"
    case snoopClosed = "earClosed"
  }
}

/// What Asterisk says of a recording that has ended.
package enum Recorded: Equatable, Sendable, Codable {
  /// So long, and whether anything was said.
  case words(Duration)
  case silence
  case failed(String)
}

/// What the detector of answering machines makes of what it heard.
package struct Detection: Equatable, Sendable, Codable {
  package enum Verdict: String, Sendable, Codable {
    case human, machine, notSure
  }

  package var verdict: Verdict
  /// In the detector's own words.
  package var cause: String

  package init(_ verdict: Verdict, cause: String) {
    self.verdict = verdict
    self.cause = cause
  }
}

/// Why Asterisk did not do what it was told.
package enum CommandFailure: Error, Equatable, Sendable, Codable {
  /// The channel, bridge or playback is not there (any more).
  case gone
  /// It is there and cannot do that now: it is not in our application, or the id is taken.
  case conflict(String)
  case refused(String)
  /// No answer in time, or no connection: it may or may not have been done.
  case unanswered(String)
}

/// A text that is spoken to somebody.
package enum SpeechID: Hashable, Sendable, Codable {
  case announcement
  case comfort
  case briefing(LegID)
  case reminder(LegID)
  /// For the person's voicemail.
  case message(LegID)
  /// Somebody else has taken the call.
  case taken
  case mergePrompt
  /// What the caller is told on the way back.
  case farewell
  /// What a caller for whom nobody could be had is asked, and told.
  case menu(MenuSentence)
}

/// A synthesized text, as Asterisk will play it.
package struct SpokenMedia: Equatable, Sendable, Codable {
  /// The name of the sound file, without folder and extension.
  package var file: String
  package var length: Duration
  /// Where recorded prompts are among it: all that is heard, one after the other. Nil: the file alone.
  package var sequence: Sequence?

  package init(file: String, length: Duration, sequence: Sequence? = nil) {
    self.file = file
    self.length = length
    self.sequence = sequence
  }

  package struct Sequence: Equatable, Sendable, Codable {
    package enum Part: Equatable, Sendable, Codable {
      /// As `file`.
      case spoken(String)
      /// By the name under which Asterisk finds it.
      case recorded(String)
    }

    package var parts: [Part]
    /// That of the recorded ones, as Asterisk calls it: `de`, `en_US`.
    package var language: String
    /// What is heard by whoever asks to hear it again: the same in another order. Nil: as before.
    package var again: [Part]?

    package init(parts: [Part], language: String, again: [Part]? = nil) {
      (self.parts, self.language, self.again) = (parts, language, again)
    }
  }

  /// As it is heard for the second time.
  var repeated: SpokenMedia {
    var media = self
    if let again = sequence?.again { media.sequence?.parts = again }
    return media
  }
}

package enum PlaybackID: Hashable, Sendable, Codable {
  case announcement
  case comfort(Int)
  case briefing(LegID, hearing: Int)
  case reminder(LegID, Int)
  case message(LegID)
  /// What they are told before they are hung up.
  case taken(LegID)
  case ringing(LegID)
  case mergePrompt
  case farewell
  /// One of the questions and answers, or the caller's own words, by its place among them.
  case menu(Int)
}

/// Timers are data. One that fires after its reason has gone is ignored: the state no longer names it.
package enum TimerID: Hashable, Sendable, Codable {
  case hold
  /// A caller who was asked for has not come.
  case coming
  case dispatch
  case ring(LegID)
  /// The briefing ought to have ended by itself; Asterisk does not always say so.
  case hearing(LegID, Int)
  case accept(LegID, hearing: Int)
  case reminder(LegID, hearing: Int)
  /// The detector ought to have said something.
  case screening(LegID)
  /// A greeting that does not end.
  case greeting(LegID)
  case message(LegID)
  case comfort
  case merge
  case farewell
  /// It may have been stopped by what was asked for before it was started.
  case music
  /// The caller has not answered the question.
  case question
  /// The recording ought to have ended by itself.
  case recording
  case leave
  /// The next try to call somebody back.
  case callback
  case again(Chore)
}
