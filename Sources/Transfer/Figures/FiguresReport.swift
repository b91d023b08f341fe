/// What is asked for: the transfers that were requested in this time.
package struct FiguresQuestion: Equatable, Sendable {
  package enum Grouping: String, Sendable, CaseIterable {
    case target, topic, hour, day
  }

  package var from: WallTime
  package var to: WallTime
  package var by: Grouping?
  /// A caller who is transferred again so soon after a conversation was not helped by it.
  package var repeatCallLimit: Duration
  package var now: WallTime
  /// Topics come from outside: there may be any number of them.
  package var groups: Int

  package init(
    from: WallTime,
    to: WallTime,
    by grouping: Grouping? = nil,
    repeatCallLimit: Duration,
    now: WallTime,
    groups: Int = 200
  ) {
    self.from = from
    self.to = to
    self.by = grouping
    self.repeatCallLimit = repeatCallLimit
    self.now = now
    self.groups = groups
  }
}

/// What is counted of some transfers.
package struct Figures: Equatable, Sendable {
  /// What those who took the calls have said of them afterwards.
  package struct Answers: Equatable, Sendable {
    package var resolved = 0
    package var notResolved = 0
    package var wrongTeam = 0

    package init() {}
  }

  /// Calls that voice agents have reported; nil where calls do not tell to what they belong.
  package var calls: Int?
  package var transfers = 0
  /// But for those that came after another of the same call.
  package var firstTransfers = 0
  /// But for those that were refused before the caller was touched.
  package var offered = 0
  package var connected = 0
  package var abandoned = 0
  package var answers = Answers()
  /// Conversations whose callers came again in time.
  package var cameAgain = 0
  /// Conversations of which it is known by now whether they were enough.
  package var settled = 0
  package var resolved = 0
  package var wait = Spread()
  package var talk = Spread()
  package var timeToAccept = Spread()

  package init() {}
}

extension Figures {
  package var transferRate: Double? { calls.flatMap { firstTransfers.share(of: $0) } }
  package var firstCallResolution: Double? { resolved.share(of: settled) }
  package var abandonment: Double? { abandoned.share(of: offered) }
}

extension Int {
  fileprivate func share(of whole: Int) -> Double? { whole > 0 ? Double(self) / Double(whole) : nil }
}

/// How a duration is spread over those who had it, in steps of `step`.
package struct Spread: Equatable, Sendable {
  package static let step: Duration = .milliseconds(100)

  package struct Count: Equatable, Sendable {
    /// Rounded down.
    package let steps: Int
    package let count: Int
  }

  /// The shortest first.
  package private(set) var counts: [Count] = []

  package init() {}

  /// In order.
  package mutating func add(_ count: Int, steps: Int) { counts.append(Count(steps: steps, count: count)) }

  package var count: Int { counts.reduce(0) { $0 + $1.count } }

  package var mean: Duration? {
    guard count > 0 else { return nil }
    return Self.step * counts.reduce(0) { $0 + $1.steps * $1.count } / count
  }

  /// That which this part of them did not exceed.
  package func quantile(_ part: Double) -> Duration? {
    var left = max(1, Int((part * Double(count)).rounded(.up)))
    for one in counts {
      left -= one.count
      if left <= 0 { return Self.step * one.steps }
    }
    return nil
  }

  package func atMost(_ limit: Duration) -> Int {
    counts.prefix { Self.step * $0.steps <= limit }.reduce(0) { $0 + $1.count }
  }
}

package struct FiguresReport: Equatable, Sendable {
  package struct Group: Equatable, Sendable {
    package let name: String
    package var figures: Figures

    package init(_ name: String, _ figures: Figures = Figures()) {
      self.name = name
      self.figures = figures
    }
  }

  package struct Ending: Equatable, Sendable {
    package let result: String
    package let cause: String
    package let transfers: Int

    package init(result: String, cause: String, transfers: Int) {
      self.result = result
      self.cause = cause
      self.transfers = transfers
    }
  }

  /// What the detector said, and what became of the call.
  package struct Judgement: Equatable, Sendable {
    /// What the key said that the person pressed, in time or not at all.
    package enum Key: String, Sendable, CaseIterable {
      case accepted, declined, none
    }

    package let verdict: Detection.Verdict
    package let key: Key
    package let calls: Int

    package init(verdict: Detection.Verdict, key: Key, calls: Int) {
      self.verdict = verdict
      self.key = key
      self.calls = calls
    }
  }

  /// How often a conversation needed a person by this trigger.
  package struct Firing: Equatable, Sendable {
    package let trigger: String
    package let count: Int

    package init(trigger: String, count: Int) {
      (self.trigger, self.count) = (trigger, count)
    }
  }

  package var total = Figures()
  /// Hours and days in their order, targets and topics with the most transfers first.
  package var groups: [Group] = []
  /// There are more groups than were asked for.
  package var isCut = false
  /// The most frequent first.
  package var endings: [Ending] = []
  package var judgements: [Judgement] = []
  /// The most frequent first.
  package var triggers: [Firing] = []

  package init() {}
}
