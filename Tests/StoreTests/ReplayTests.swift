import MemoryRecords
import Testing
import Transfer

@testable import Store

/// A machine that is told its story, every step of which is noted down.
struct NotedStory {
  private(set) var machine: TransferMachine
  private(set) var entries: [JournalEntry] = []
  private(set) var states: [TransferMachine] = []
  private var now = Sample.start
  private let request: TransferRequest

  init(_ number: Int = 1) throws { self.init(of: try Sample.request(number)) }

  init(of request: TransferRequest) {
    self.request = request
    machine = TransferMachine(request)
  }

  mutating func happens(_ events: TransferEvent...) {
    for event in events {
      tell(event)
      while let next = machine.wish?.candidates.first { tell(.granted(next.name)) }
    }
  }

  private mutating func tell(_ event: TransferEvent) {
    guard machine.outcome == nil else { return }
    now = now + .milliseconds(1_250)
    guard let (event, effects) = machine.applyWhatMayBeKnown(event, at: now) else { return }
    states.append(machine)
    entries.append(
      JournalEntry(
        transfer: request.id,
        number: entries.count + 1,
        at: now,
        phase: machine.phase,
        event: event,
        effects: effects,
        request: entries.isEmpty ? request : nil,
        outcome: machine.outcome
      )
    )
  }

  /// Two are rung, one is a machine, the other takes the call, both hang up.
  mutating func runs() {
    let (alice, bob) = (LegID(1), LegID(2))
    happens(.requested, .speechReady(.announcement, Sample.media), .caller(.enteredHold))
    happens(.speechReady(.briefing(alice), Sample.media), .leg(alice, .rang), .leg(bob, .rang))
    happens(.caller(.becameChannel("caller.2")), .leg(alice, .answered), .leg(alice, .snoopOpened))
    happens(.leg(alice, .detected(Detection(.machine, cause: "MAXWORDS-3-3"))), .timerFired(.comfort))
    happens(.leg(bob, .answered), .speechFailed(.briefing(bob), "no data"), .commandFailed(.openSnoop(bob), .gone))
    happens(.leg(bob, .pressed("*")), .leg(bob, .pressed("1")), .caller(.enteredTalk), .leg(bob, .enteredTalk))
    happens(.leg(alice, .ended(.normal)), .leg(bob, .ended(.normal)), .caller(.left))
    happens(.commandSucceeded(.closeSnoop(alice)), .commandSucceeded(.closeSnoop(bob)), .commandSucceeded(.closeHold))
    happens(.commandSucceeded(.closeTalk), .commandSucceeded(.stopMusic), .commandSucceeded(.liftDeadMansSwitch))
    happens(.commandSucceeded(.hangUpVoiceAgent("agent.7")))
  }
}

@Suite struct ReplayTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test func theMachineIsWhatItWasAfterEveryStep() async throws {
    var story = try NotedStory()
    story.runs()
    #expect(story.machine.phase == .ended)
    #expect(story.machine.outcome?.result == .connected)
    for count in 1...story.entries.count {
      let folder = try Folder()
      try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
        try await writer.write(Array(story.entries.prefix(count)))
        let record = try #require(try folder.database.reader().record(of: Sample.id(1)))
        #expect(record.isWhole)
        #expect(record.replayed() == story.states[count - 1])
        let unfinished = try folder.database.reader().unfinished()
        #expect(unfinished.transfers == (count < story.entries.count ? [record] : []))
        #expect(unfinished.unreadable.isEmpty)
      }
    }
  }

  @Test func whatStandsInTheFile() async throws {
    var story = try NotedStory()
    story.runs()
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      let progress = try await writer.write(story.entries)
      #expect(progress.trouble == nil)
    }
    let reader = try folder.database.reader()
    let outcome = try #require(story.machine.outcome)
    let summary = try #require(try reader.summary(of: Sample.id(1)))
    #expect(summary.channel == "caller.1" && summary.callerNumber == "+15551234" && summary.topic == "billing")
    #expect(summary.callerName == (try Sample.request().caller.name))
    #expect(summary.party == "support" && summary.target == "bob" && summary.wait == outcome.wait)
    #expect(summary.result == .connected && summary.cause == .completed)
    #expect(summary.requestedAt == story.entries.first?.at && summary.endedAt == story.entries.last?.at)
    let record = try #require(try reader.record(of: Sample.id(1)))
    #expect(record.request == (try Sample.request()))
    #expect(record.events.map(\.event) == story.entries.map(\.event))
    #expect(record.events.map(\.effects) == story.entries.map(\.notedEffects))
    #expect(record.events.map(\.phase) == story.entries.map(\.phase.rawValue))
    let words = record.events.flatMap(\.effects).compactMap { effect in
      if case .prepareSpeech(.briefing, let text, _) = effect { text } else { String?.none }
    }
    #expect(words.count == 2)
    #expect(words.allSatisfy { $0.contains("Account 4821 was charged twice.") })
  }

  @Test func aGapIsSeen() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      var entries = try Sample.entries(count: 4)
      entries.remove(at: 2)
      try await writer.write(entries)
    }
    let record = try #require(try folder.database.reader().record(of: Sample.id(1)))
    #expect(!record.isWhole)
    #expect(record.events.map(\.number) == [1, 2, 4])
  }

  @Test func oneUnreadableTransferDoesNotHideTheOthers() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      for number in 1...4 { try await writer.write(try Sample.entries(number)) }
      try await writer.change { database throws(JournalError) in
        try database.execute(
          """
          UPDATE transfers SET request = '{"id":7}' WHERE id = 't1';
          UPDATE events SET event = '{"leg":{}}' WHERE transfer = 't2' AND n = 2;
          UPDATE transfers SET request = (SELECT request FROM transfers WHERE id = 't4') WHERE id = 't3';
          """
        )
      }
      let unfinished = try folder.database.reader().unfinished()
      #expect(unfinished.transfers.map(\.request.id) == [try Sample.id(4)])
      #expect(unfinished.unreadable.map(\.id) == ["t1", "t2", "t3"])
      #expect(unfinished.unreadable.allSatisfy { $0.reason.kind == .unusable })
      for transfer in unfinished.unreadable {
        try await writer.writeOff(transfer.id, Sample.outcome(), at: Sample.start)
      }
      let reader = try folder.database.reader()
      #expect(try reader.unfinished().unreadable.isEmpty)
      #expect(try reader.summary(of: Sample.id(1))?.result == .returned)
    }
  }
}

/// Keys, of which no more is known than is needed.
@Suite struct DigitTests {
  private static let cardNumber = "4929123456781234".map { String($0) }

  /// A machine that is told all, and one that is told what is written down.
  private struct Pair {
    var live: TransferMachine
    var replayed: TransferMachine
    var written: [TransferEvent] = []
    private var now = Sample.start

    init(_ change: (inout TransferPolicy) -> Void = { _ in }) throws {
      var request = try Sample.request()
      if case .ring(var party) = request.plan {
        for index in party.targets.indices { change(&party.targets[index].policy) }
        request.plan = .ring(party)
      }
      live = TransferMachine(request)
      replayed = live
    }

    mutating func happens(_ events: TransferEvent...) {
      for event in events {
        tell(event)
        while let next = live.wish?.candidates.first { tell(.granted(next.name)) }
      }
    }

    private mutating func tell(_ event: TransferEvent) {
      now = now + .milliseconds(100)
      var told = live
      let effects = told.apply(event, at: now)
      let step = live.applyWhatMayBeKnown(event, at: now)
      #expect(live == told && step?.effects ?? [] == effects)
      #expect(step.map { replayed.apply($0.known, at: now) } ?? [] == effects)
      #expect(live == replayed)
      if let step { written.append(step.known) }
    }

    mutating func type(_ keys: [String], _ event: (String) -> TransferEvent) { for key in keys { happens(event(key)) } }

    var digits: String {
      written.map { event in
        switch event {
        case .caller(.pressed(let key)), .leg(_, .pressed(let key)): key
        default: ""
        }
      }
      .joined()
    }

    mutating func comesToABriefing() {
      happens(.requested, .caller(.enteredHold), .leg(LegID(1), .rang), .speechReady(.briefing(LegID(1)), Sample.media))
      happens(.leg(LegID(1), .answered))
    }

    mutating func comesToAConversation() {
      comesToABriefing()
      happens(.leg(LegID(1), .pressed("1")), .caller(.enteredTalk), .leg(LegID(1), .enteredTalk))
    }
  }

  @Test func aCardNumberInAConversationIsNotWrittenDown() throws {
    var pair = try Pair()
    pair.comesToAConversation()
    #expect(pair.live.phase == .connected && pair.digits == "1")
    let before = pair.written.count
    pair.type(Self.cardNumber) { .caller(.pressed($0)) }
    pair.type(Self.cardNumber) { .leg(LegID(1), .pressed($0)) }
    pair.type(Self.cardNumber) { .leg(LegID(2), .pressed($0)) }
    #expect(pair.written.count == before)
  }

  @Test func whatDecidesIsWrittenDown() throws {
    var pair = try Pair()
    pair.comesToABriefing()
    pair.type(["*", "2"]) { .leg(LegID(1), .pressed($0)) }
    #expect(pair.digits.hasSuffix("*2") && pair.live.legs.allSatisfy { $0.id != LegID(1) })
    pair.type(["0"]) { .caller(.pressed($0)) }
    #expect(pair.digits.hasSuffix("0") && pair.live.phase == .returning)
    pair.type(Self.cardNumber) { .caller(.pressed($0)) }
    #expect(pair.digits.hasSuffix("*20"))
  }

  /// The briefing could not be spoken, so there is none to be heard again, and a wrong key would have brought a hint.
  @Test func whatCannotBeDoneIsNotWrittenDown() throws {
    var pair = try Pair { policy in
      policy.hintsAtWrongKeys = true
      policy.machineDetection = .off
    }
    pair.happens(
      .requested,
      .caller(.enteredHold),
      .leg(LegID(1), .rang),
      .speechReady(.reminder(LegID(1)), Sample.media)
    )
    pair.happens(.leg(LegID(1), .answered), .speechFailed(.briefing(LegID(1)), "no data"))
    pair.type(["3"]) { .leg(LegID(1), .pressed($0)) }
    #expect(pair.digits.isEmpty)
    let before = pair.written.count
    pair.type(["9"]) { .leg(LegID(1), .pressed($0)) }
    #expect(pair.written.suffix(from: before) == [.leg(LegID(1), .pressed(""))], "a hint, whatever the key was")
  }

  @Test func beforeAnybodyListensAKeyIsNothing() throws {
    var machine = TransferMachine(try Sample.request())
    #expect(machine.applyWhatMayBeKnown(.leg(LegID(1), .pressed("9")), at: Sample.start) == nil)
    #expect(machine == TransferMachine(try Sample.request()))
    #expect(machine.applyWhatMayBeKnown(.caller(.left), at: Sample.start)?.known == .caller(.left))
  }
}
