import Store
import Transfer

/// What has been seen of a test call in the journal.
struct TestCallSteps {
  private(set) var transfer: TransferID?
  private(set) var lines: [String] = []
  /// The two can hear each other, and nothing else is said any more.
  private(set) var areConnected = false
  private var seen = 0
  /// That a leg is gone is told twice.
  private var last = ""

  /// Tells what is new. The end of the transfer, once it is there.
  mutating func look(
    into journal: JournalReport,
    forCaller channel: String,
    telling tell: (String) -> Void
  ) throws(JournalReport.Failure) -> TransferSummary? {
    let found = try journal.reading { () throws(JournalError) in
      try journal.records.transfers(ofChannel: channel, since: WallTime(milliseconds: 0)).first
    }
    guard let summary = found else { return nil }
    transfer = summary.id
    let record = try journal.reading { () throws(JournalError) in try journal.records.record(of: summary.id) }
    if let record { follow(record, summary, telling: tell) }
    return summary.endedAt == nil ? nil : summary
  }

  private mutating func follow(_ record: RecordedTransfer, _ summary: TransferSummary, telling tell: (String) -> Void) {
    let steps = zip(record.events, TransferStory(record, summary).steps)
    for (event, step) in steps.dropFirst(seen) {
      seen += 1
      if event.phase == TransferMachine.Phase.connected.rawValue { areConnected = true }
      let words = (event.event.isWorthTelling ? [step.event] : []) + step.spoken
      for line in words where line != last {
        last = line
        let told = "\(("+" + (step.at - summary.requestedAt).inSeconds).padded(to: Self.column))\(line)".onOneLine
        lines.append(told)
        tell(told)
      }
    }
  }

  private static let column = 12
}

extension TransferEvent {
  /// To somebody who waits for a phone to ring.
  fileprivate var isWorthTelling: Bool {
    switch self {
    case .commandFailed(_, .gone), .placeFound: false
    case .granted, .passedOver, .dispatched, .summaryFailed, .speechFailed, .commandFailed, .cancelRequested,
      .asteriskRestarted, .resumed:
      true
    case .leg(_, let event):
      switch event {
      case .rang, .answered, .pressed, .accepted, .declined, .briefingRequested, .detected, .greetingEnded, .ended,
        .enteredTalk:
        true
      case .becameChannel, .snoopOpened, .snoopClosed: false
      }
    case .timerFired(let timer):
      switch timer {
      case .hold, .ring, .accept, .hearing: true
      default: false
      }
    case .requested, .ordered, .summarized, .caller, .speechReady, .playbackEnded, .commandSucceeded, .talkSeen,
      .conversationSeen, .callbackSeen, .calledIn:
      false
    }
  }
}
