import Testing

@testable import Transfer

/// A machine and its clock, told what happens one event after the other.
struct Story {
  var machine: TransferMachine
  var now = Sample.start
  /// What the machine answered to the last event.
  private(set) var effects: [TransferEffect] = []
  private(set) var phases: [TransferMachine.Phase] = []

  init(ringing targets: [Target]) throws {
    machine = TransferMachine(try Sample.request(.ring(targets)))
  }

  init(_ request: TransferRequest) {
    machine = TransferMachine(request)
  }

  @discardableResult
  mutating func happens(_ events: TransferEvent...) -> [TransferEffect] {
    effects = events.flatMap { event in
      let effects = machine.apply(event, at: now)
      if phases.last != machine.phase { phases.append(machine.phase) }
      return effects
    }
    return effects
  }

  mutating func passes(_ wait: Duration) { now = now + wait }

  mutating func untilHeld() {
    happens(.requested, .speechReady(.announcement, Sample.media), .speechReady(.mergePrompt, Sample.media))
    happens(.caller(.enteredHold))
  }

  mutating func untilBriefing() {
    untilHeld()
    happens(.speechReady(.briefing(first), Sample.media), .leg(first, .rang))
    happens(.leg(first, .answered))
  }

  mutating func untilConnected() {
    untilBriefing()
    happens(.leg(first, .pressed("1")), .caller(.enteredTalk), .leg(first, .enteredTalk))
  }
}

let first = LegID(1)
let second = LegID(2)
