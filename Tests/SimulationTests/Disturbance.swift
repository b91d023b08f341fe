import ARI

@testable import WarmTransfer

/// How much goes wrong, in percent of what could.
struct Disturbance {
  enum Fate {
    case works
    case fails(status: Int)
    /// It gets lost on the way there.
    case neverArrives
    /// It is done when nobody waits for the answer any more.
    case arrivesTooLate
    /// It is done, and the answer gets lost.
    case answerIsLost

    var losesTheAnswer: Bool {
      switch self {
      case .answerIsLost, .arrivesTooLate: true
      case .works, .fails, .neverArrives: false
      }
    }
  }

  /// Something that happens in the very moment in which Asterisk is told something.
  struct Mishap {
    enum Kind { case callerHangsUp, legHangsUp, cancelled, legAccepts }

    /// The how-manieth command it is; nil for a join.
    let atCommand: Int?
    let kind: Kind
    let delay: Int64
  }

  /// The end of a service, counted in steps since it began.
  struct Crash {
    let afterSteps: Int
    let delay: Int64
    /// Nil: nobody ever starts it again.
    let pause: Int64?
  }

  /// Where no service comes back: longer than any dead-man's switch and any conversation.
  private static let untilAllHaveGone: Int64 = 200_000

  var failing = 0
  var lost = 0
  var late = 0
  var twice = 0
  var dropped = 0
  var speechFails = 0
  var mishaps: [Mishap] = []
  /// The stream of events is broken from here to there.
  var outage: Range<Int64>?

  /// One after the other.
  var crashes: [Crash] = []
  /// The disk takes nothing for a while.
  var disk: (mood: SimulatedJournal.Mood, time: Range<Int64>)?
  /// Somebody sets the wall clock.
  var clockIsSet: (at: Int64, by: Int64)?

  init(_ random: inout SeededRandom) {
    goWrong(&random)
    if random.chance(10) {
      clockIsSet = (random.milliseconds(0...40_000), random.one(of: [-7_200_000, 7_200_000, 3_000]))
    }
    guard random.chance(30) else {
      if random.chance(6) {
        let start = random.milliseconds(0...30_000)
        disk = (random.one(of: [.full, .hangs]), start..<start + random.milliseconds(100...20_000))
      }
      return
    }
    clockIsSet = nil
    outage = nil
    crashes = (0...random.below(3)).map { _ in
      Crash(
        afterSteps: 1 + random.below(50),
        delay: random.milliseconds(random.chance(70) ? 0...6 : 0...3_000),
        pause: random.chance(10) ? nil : random.milliseconds(random.chance(70) ? 100...3_000 : 3_000...30_000)
      )
    }
  }

  private mutating func goWrong(_ random: inout SeededRandom) {
    if random.chance(40) {
      mishaps = (0...random.below(2)).map { _ in
        Mishap(
          atCommand: random.chance(30) ? nil : random.below(30),
          kind: random.one(of: [.callerHangsUp, .legHangsUp, .cancelled, .legAccepts]),
          delay: random.milliseconds(0...6)
        )
      }
    }
    guard random.chance(60) else { return }
    failing = random.one(of: [0, 1, 5])
    lost = random.one(of: [0, 1, 5])
    late = random.one(of: [0, 5, 20])
    twice = random.one(of: [0, 5, 20])
    dropped = random.one(of: [0, 0, 2])
    speechFails = random.one(of: [0, 0, 30])
    if random.chance(8) {
      let start = random.milliseconds(0...40_000)
      outage = start..<start + random.milliseconds(100...8_000)
    }
  }

  /// How long there is no service, all in all.
  var pauses: Int64 { crashes.reduce(0) { $0 + ($1.pause ?? Self.untilAllHaveGone) } }

  /// Nothing that Asterisk is told or says goes astray.
  var isCalm: Bool { isCalmBetweenCrashes && crashes.isEmpty }

  var isCalmBetweenCrashes: Bool {
    failing + lost + late + twice + dropped == 0 && outage == nil && disk == nil
  }

  var losesEvents: Bool { dropped > 0 || hidesReplacements }

  /// Of a channel in a bridge of ours it can be seen afterwards that it stands for another. Of one in no bridge nothing
  /// tells: such a one is not replaced while nobody may be listening.
  var hidesReplacements: Bool { outage != nil || !crashes.isEmpty }

  func isDropped(_ event: ARIEvent, from bridge: String?, at moment: Int64, _ random: inout SeededRandom) -> Bool {
    let isOutage = outage?.contains(moment) == true
    // Outside of a bridge nothing tells of a channel that it stands for another, but the event. And where a phone's former
    // channel is heard to end, nobody looks whether there is another: Asterisk has never been seen to lose one event of two.
    if case .stasisStart(let channel, _, let replaced) = event, bridge == nil || !isOutage,
      replaced != nil || channel.id != channel.id.stem
    {
      return false
    }
    return isOutage || dropped > 0 && random.chance(dropped)
  }

  func fate(of command: AsteriskCommand, attempt: Int, _ random: inout SeededRandom) -> Fate {
    if failing > 0, random.chance(failing) { return .fails(status: random.one(of: Self.errors(command, attempt))) }
    if lost > 0, random.chance(lost) {
      return random.one(of: [.neverArrives, .answerIsLost, .arrivesTooLate])
    }
    return .works
  }

  /// Of a request that only looks: Asterisk never says of what is there that it is not.
  func fate(ofLooking attempt: Int, _ random: inout SeededRandom) -> Fate {
    if failing > 0, random.chance(failing) { return .fails(status: random.one(of: [409, 500])) }
    if lost > 0, random.chance(lost) { return random.one(of: [.neverArrives, .answerIsLost]) }
    return .works
  }

  private static func errors(_ command: AsteriskCommand, _ attempt: Int) -> [Int] {
    switch command {
    // Who takes something away has to believe Asterisk's word that it is not there.
    case .destroyBridge, .hangUp: [409, 500]
    // That an id is taken means that the first attempt was done.
    case .snoop, .playToChannel, .playToBridge: attempt > 1 ? [500] : [404, 409, 500]
    default: [404, 409, 500]
    }
  }
}
