import Testing

@testable import Transfer

@Suite struct PhaseChangeTests {
  /// What is told while the machine goes through these events, each a second after the one before.
  private func changes(_ request: TransferRequest, _ events: [TransferEvent]) -> [PhaseChange] {
    var machine = TransferMachine(request)
    return events.enumerated().flatMap { second, event in
      let (before, now) = (machine.phase, Sample.start + .seconds(second))
      _ = machine.apply(event, at: now)
      return machine.changes(by: event, from: before, at: now)
    }
  }

  @Test func aTransferThatSucceeds() throws {
    let request = try Sample.request(.ring(Sample.party([try Sample.target()])))
    let told = changes(
      request,
      [
        .requested, .caller(.enteredHold), .granted("billing"), .leg(first, .rang),
        .speechReady(.briefing(first), Sample.media), .leg(first, .answered), .leg(first, .pressed("1")),
        .leg(first, .enteredTalk), .leg(first, .ended(.normal)), .caller(.left),
      ]
    )
    let expected: [PhaseChange] = [
      PhaseChange(.requested, wait: .zero), PhaseChange(.held, wait: .seconds(1)),
      PhaseChange(.ringing, target: "billing", wait: .seconds(2)),
      PhaseChange(.briefing, target: "billing", wait: .seconds(5)),
      PhaseChange(.merging, target: "billing", wait: .seconds(6)),
    ]
    #expect(Array(told.prefix(5)) == expected)
    let connected = try #require(told.dropFirst(5).first)
    #expect(connected.phase == .connected && connected.target == "billing" && connected.result == nil)
  }

  @Test func theEndSaysHow() throws {
    var story = try Story(ringing: [try Sample.target()])
    story.untilConnected()
    story.callerLeaves()
    let outcome = try #require(story.machine.outcome)
    let told = story.machine.changes(by: .caller(.left), from: .connected, at: story.now)
    #expect(told == [PhaseChange(.ended, outcome)] && told.first?.result == .connected)
  }

  @Test func nobodyToBeHad() throws {
    let request = try Sample.request(.ring(Sample.party([try Sample.target()])))
    let told = changes(
      request,
      [.requested, .caller(.enteredHold), .granted("billing"), .leg(first, .ended(HangupCause(code: 17)))]
    )
    #expect(told.map(\.phase) == [.requested, .held, .ringing, .returning])
    #expect(told.last == PhaseChange(.returning, target: "billing", result: .returned, cause: .busy, wait: .seconds(3)))
  }

  @Test func aRefusalIsARequestFirst() throws {
    let told = changes(try Sample.request(.refuse(.disabled)), [.requested])
    #expect(told.map(\.phase) == [.requested, .returning] && told.map(\.cause) == [nil, .disabled])
  }

  @Test func whatChangesNoPhaseIsNotTold() throws {
    let request = try Sample.request(.ring(Sample.party([try Sample.target()])))
    let quiet: [TransferEvent] = [
      .requested, .speechReady(.announcement, Sample.media), .caller(.pressed("5")), .resumed,
    ]
    #expect(changes(request, quiet).map(\.phase) == [.requested])
  }
}
