package import Transfer

/// What is asked about transfers.
package protocol TransferQueries {
  /// Oldest first.
  func unfinished() throws(JournalError) -> UnfinishedTransfers

  /// Those requested at that time or later, newest first.
  func transfers(since time: WallTime, limit: Int) throws(JournalError) -> [ListedTransfer]

  /// Those that are over, newest first, of the same age the one with the higher id first, and what was asked for.
  func ended(since time: WallTime, before place: TransferPlace?, limit: Int) throws(JournalError) -> [ListedTransfer]

  /// Those of the caller on this channel that are under way, or have ended at that time or later, newest first. A
  /// caller who was moved to another channel is found under both.
  func transfers(ofChannel channel: String, since time: WallTime) throws(JournalError) -> [TransferSummary]

  func summary(of transfer: TransferID) throws(JournalError) -> TransferSummary?
  func record(of transfer: TransferID) throws(JournalError) -> RecordedTransfer?

  /// Of the callers who were joined with somebody lately, in the order of the joins; not of those who were called back.
  func recentWaits(limit: Int) throws(JournalError) -> [RecentWait]
}

/// What is done to the records of transfers.
package protocol TransferChanges {
  /// All of them or none, but for those that contradict what is there already.
  func write(_ entries: ArraySlice<JournalEntry>) throws(JournalError) -> WrittenEntries

  /// A transfer that cannot be carried on from what is written of it ends without an event of its own.
  func writeOff(
    _ transfer: String,
    _ outcome: Outcome,
    at time: WallTime,
    telling webhooks: [String]
  ) throws(JournalError)

  /// More may have happened to these than is written of them.
  func noteBehind(_ transfers: Set<TransferID>) throws(JournalError)
  /// The same of all that are under way.
  func noteAllBehind() throws(JournalError)

  /// How many finished transfers were taken away with all that is known of them, at most `limit`.
  func purge(endedBefore time: WallTime, limit: Int) throws(JournalError) -> Int

  /// How many finished transfers keep who, when, which keys and how it ended, but no longer what the call was about, at
  /// most `limit`.
  func redact(endedBefore time: WallTime, limit: Int) throws(JournalError) -> Int
}

/// What has become of entries that were to be written.
package struct WrittenEntries: Equatable, Sendable {
  package struct Refusal: Equatable, Sendable {
    package let transfer: TransferID
    package let number: Int
    package let reason: JournalError

    package init(_ entry: JournalEntry, _ reason: JournalError) {
      transfer = entry.transfer
      number = entry.number
      self.reason = reason
    }
  }

  package var refusals: [Refusal] = []
  /// The phase event that was written last, if one was.
  package var lastEvent: Int64?

  package init() {}
}

/// Where a page of transfers ends.
package struct TransferPlace: Equatable, Sendable {
  package let requestedAt: WallTime
  package let id: TransferID

  package init(_ requestedAt: WallTime, _ id: TransferID) {
    self.requestedAt = requestedAt
    self.id = id
  }
}

/// What a service that was killed has left behind.
package struct UnfinishedTransfers: Sendable {
  package var transfers: [RecordedTransfer] = []
  package var unreadable: [UnreadableTransfer] = []

  package init() {}
}

/// All that is recorded of one transfer.
package struct RecordedTransfer: Equatable, Sendable {
  package struct Event: Equatable, Sendable {
    package let number: Int
    package let at: WallTime
    /// The phase after it.
    package let phase: String
    package let kind: String
    package let event: TransferEvent
    /// But for timers.
    package let effects: [TransferEffect]

    package init(
      number: Int,
      at: WallTime,
      phase: String,
      kind: String,
      event: TransferEvent,
      effects: [TransferEffect]
    ) {
      self.number = number
      self.at = at
      self.phase = phase
      self.kind = kind
      self.event = event
      self.effects = effects
    }
  }

  package let request: TransferRequest
  /// In order.
  package let events: [Event]
  /// Things were done for it that could not be written, or were done before they were.
  private let lacksTheEnd: Bool

  package init(request: TransferRequest, events: [Event], lacksTheEnd: Bool = false) {
    self.request = request
    self.events = events
    self.lacksTheEnd = lacksTheEnd
  }

  /// Whether no event is missing before the last one: some are when the disk was full for a long time.
  package var isWhole: Bool { zip(1..., events).allSatisfy { $0 == $1.number } }

  /// More may have happened than stands here. What is seen in Asterisk counts for more than what is replayed.
  package var mayBeBehind: Bool { lacksTheEnd || !isWhole }

  /// The machine as it was after the last event.
  package func replayed() -> TransferMachine {
    var machine = TransferMachine(request)
    for event in events { _ = machine.apply(event.event, at: event.at) }
    if events.last?.phase == TransferMachine.Phase.ended.rawValue { machine.endAsRecorded() }
    return machine
  }
}

/// One line of the transfer log.
package struct TransferSummary: Equatable, Sendable {
  package let id: TransferID
  package let requestedAt: WallTime
  package var endedAt: WallTime?
  package let channel: String
  package let callerNumber: String
  package let callerName: String
  package let topic: String
  /// Who was asked for: a target or a group; nil when it was refused.
  package var party: String?
  /// Who was rung last.
  package var target: String?
  package var result: Outcome.Result?
  package var cause: Outcome.Cause?
  package var wait: Duration?
}

extension TransferSummary {
  /// One that has just begun.
  package init(_ request: TransferRequest, at time: WallTime) {
    id = request.id
    requestedAt = time
    channel = request.caller.channel
    callerNumber = request.caller.number
    callerName = request.caller.name
    topic = request.context.topic
    if case .ring(let party) = request.plan { self.party = party.name }
  }
}

/// A transfer in a list. One that cannot be read hides no other.
package enum ListedTransfer: Sendable {
  case readable(TransferSummary, TransferRequest)
  case unreadable(UnreadableTransfer)

  package var summary: TransferSummary? {
    switch self {
    case .readable(let summary, _): summary
    case .unreadable(let transfer): transfer.summary
    }
  }
}

/// What there still is of a record that makes no sense.
package struct UnreadableTransfer: Equatable, Sendable {
  /// As it stands there.
  package let id: String
  /// Nil where not even that can be read.
  package let summary: TransferSummary?
  package let reason: JournalError

  package init(id: String, summary: TransferSummary?, reason: JournalError) {
    self.id = id
    self.summary = summary
    self.reason = reason
  }
}

/// How long one caller waited for the target or group of this name, from the request to the join.
package struct RecentWait: Equatable, Sendable {
  package let party: String
  package let wait: Duration
  package let joinedAt: WallTime

  package init(party: String, wait: Duration, joinedAt: WallTime) {
    self.party = party
    self.wait = wait
    self.joinedAt = joinedAt
  }
}
