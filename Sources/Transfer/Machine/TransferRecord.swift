/// What of a transfer's events may be written down.
extension TransferMachine {
  /// Applies the event: as it may be known from here on, and what is to be done. Nil where nothing is other than before,
  /// and nobody wants to know of it later. Keys are nobody's business but where they decide something: one that the machine
  /// does the same without goes on without its digit. People type card numbers into conversations.
  ///
  /// A machine that is told the rest comes to the same state as one that was told everything.
  package mutating func applyWhatMayBeKnown(
    _ event: TransferEvent,
    at now: WallTime
  ) -> (known: TransferEvent, effects: [TransferEffect])? {
    let before = self
    let effects = apply(event, at: now)
    if !event.isToldAlways, effects.isEmpty, self == before { return nil }
    guard let withoutDigit = event.withoutDigit else { return (event, effects) }
    var untold = before
    let isTheSame = untold.apply(withoutDigit, at: now) == effects && untold == self
    return (isTheSame ? withoutDigit : event, effects)
  }
}

extension TransferEvent {
  /// Somebody who reads later what happened misses it, whatever the transfer made of it.
  fileprivate var isToldAlways: Bool {
    switch self {
    case .requested, .ordered, .resumed, .asteriskRestarted, .cancelRequested, .dispatched, .summarized, .summaryFailed,
      .speechFailed, .commandFailed, .conversationSeen, .callbackSeen, .calledIn:
      true
    case .caller(let event):
      switch event {
      case .enteredHold, .hungUp, .left, .takenAway, .becameChannel, .moveFailed, .strayed, .cameIn, .recorded: true
      case .pressed: false
      }
    case .leg(_, let event):
      switch event {
      case .rang, .answered, .accepted, .declined, .briefingRequested, .enteredTalk, .becameChannel, .detected,
        .greetingEnded, .ended:
        true
      case .snoopOpened, .snoopClosed, .pressed: false
      }
    case .granted, .passedOver, .placeFound, .speechReady, .playbackEnded, .timerFired, .commandSucceeded, .talkSeen:
      false
    }
  }

  /// That a key was pressed, but not which; nil for what is no key.
  package var withoutDigit: TransferEvent? {
    switch self {
    case .caller(.pressed): .caller(.pressed(""))
    case .leg(let leg, .pressed): .leg(leg, .pressed(""))
    case .requested, .ordered, .resumed, .asteriskRestarted, .cancelRequested, .granted, .passedOver, .dispatched,
      .placeFound, .summarized,
      .summaryFailed, .caller, .leg, .speechReady, .speechFailed, .playbackEnded, .timerFired, .commandFailed,
      .commandSucceeded, .talkSeen, .conversationSeen, .callbackSeen, .calledIn:
      nil
    }
  }
}
