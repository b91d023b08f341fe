/// What of a transfer's events may be written down.
extension TransferMachine {
  /// The event as it may be known, and applied, from here on. Keys are nobody's business but where they decide
  /// something: one that the machine does the same without goes on without its digit, and one after which nothing is
  /// other than before does not go on at all. People type card numbers into conversations.
  ///
  /// A machine that is told the rest comes to the same state as one that was told everything.
  package func worthKnowing(_ event: TransferEvent, at now: WallTime) -> TransferEvent? {
    guard let withoutDigit = event.withoutDigit else { return event }
    var (told, untold) = (self, self)
    let (effects, effectsWithout) = (told.apply(event, at: now), untold.apply(withoutDigit, at: now))
    guard told == untold, effects == effectsWithout else { return event }
    return told == self && effects.isEmpty ? nil : withoutDigit
  }
}

extension TransferEvent {
  /// That a key was pressed, but not which; nil for what is no key.
  package var withoutDigit: TransferEvent? {
    switch self {
    case .caller(.pressed): .caller(.pressed(""))
    case .leg(let leg, .pressed): .leg(leg, .pressed(""))
    case .requested, .ordered, .resumed, .asteriskRestarted, .cancelRequested, .granted, .passedOver, .dispatched,
      .summarized,
      .summaryFailed, .caller, .leg, .speechReady, .speechFailed, .playbackEnded, .timerFired, .commandFailed,
      .commandSucceeded, .talkSeen, .conversationSeen:
      nil
    }
  }
}
