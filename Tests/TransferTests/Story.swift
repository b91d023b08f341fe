import Testing

@testable import Transfer

/// A machine and its clock, told what happens one event after the other.
struct Story {
  var machine: TransferMachine
  var now = Sample.start
  /// What the machine answered to the last event.
  private(set) var effects: [TransferEffect] = []
  private(set) var phases: [TransferMachine.Phase] = []
  /// Everybody who is wished for is free, as long as this is so.
  var everybodyIsFree = true
  private var unconfirmed: [TransferEffect] = []

  init(ringing targets: [Target]) throws {
    machine = TransferMachine(try Sample.request(.ring(Sample.party(targets))))
  }

  init(_ request: TransferRequest) {
    machine = TransferMachine(request)
  }

  @discardableResult
  mutating func happens(_ events: TransferEvent...) -> [TransferEffect] {
    effects = events.flatMap { event in
      var effects = machine.apply(event, at: now)
      while everybodyIsFree, let next = machine.wish?.candidates.first {
        effects += machine.apply(.granted(next.name), at: now)
      }
      if phases.last != machine.phase { phases.append(machine.phase) }
      return effects
    }
    unconfirmed += effects.filter { Chore($0) != nil }
    return effects
  }

  /// Asterisk does all that it was told to make sure of.
  mutating func asteriskObeys() {
    let obeyed = unconfirmed
    unconfirmed = []
    effects = obeyed.flatMap { effect -> [TransferEffect] in
      if case .release(let leg) = effect { return machine.apply(.leg(leg, .ended(HangupCause(code: 16))), at: now) }
      return machine.apply(.commandSucceeded(effect), at: now)
    }
    if phases.last != machine.phase { phases.append(machine.phase) }
  }

  var writesOutcome: Bool { effects.contains { if case .writeOutcome = $0 { true } else { false } } }

  mutating func callerLeaves() {
    happens(.caller(.left))
    asteriskObeys()
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
    happens(.leg(first, .pressed("1")), .leg(first, .enteredTalk))
  }
}

let first = LegID(1)
let second = LegID(2)

extension TransferEffect {
  func prepares(_ speech: SpeechID) -> Bool {
    if case .prepareSpeech(speech, _, _) = self { true } else { false }
  }
}
