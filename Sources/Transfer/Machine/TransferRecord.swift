/// What of a transfer's events may be written down.
extension TransferMachine {
  /// Applies the event: as it may be known from here on, and what is to be done. Keys are nobody's business but where
  /// they decide something: one that the machine does the same without goes on without its digit, and one after which
  /// nothing is other than before does not go on at all. People type card numbers into conversations.
  ///
  /// A machine that is told the rest comes to the same state as one that was told everything.
  package mutating func applyWhatMayBeKnown(
    _ event: TransferEvent,
    at now: WallTime
  ) -> (known: TransferEvent, effects: [TransferEffect])? {
    let before = self
    let effects = apply(event, at: now)
    guard let withoutDigit = event.withoutDigit else { return (event, effects) }
    if self == before, effects.isEmpty { return nil }
    var untold = before
    let isTheSame = untold.apply(withoutDigit, at: now) == effects && untold == self
    return (isTheSame ? withoutDigit : event, effects)
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
