/// What somebody whose phone rings is going to do, decided when it begins to ring.
struct FarEnd {
  struct Deed {
    /// Milliseconds after the first ring.
    let after: Int64
    let kind: Kind

    var isReplacement: Bool {
      switch kind {
      case .isReplaced, .isPickedUp: true
      case .rings, .answers, .presses, .goes: false
      }
    }
  }

  enum Kind {
    case rings, answers
    case presses(String)
    case goes(cause: Int)
    /// Their call is taken over elsewhere: another channel stands for it from now on.
    case isReplaced
    /// A colleague answers the ringing phone on their own.
    case isPickedUp
  }

  let deeds: [Deed]
  /// What a detector of answering machines says of them.
  let verdict: FakeAsterisk.Verdict

  /// Nobody stays on the line for longer: every conversation has an end.
  static let longestCall: Int64 = 60_000

  private enum Nature {
    case takesTheCall, typesWrong, wantsToHearItAgain, declines, staysSilent, hangsUpAtOnce, machine
    case busy, rejects, unreachable, congested, neverAnswers
  }

  private static let natures: [(Int, Nature)] = [
    (40, .takesTheCall), (8, .typesWrong), (6, .wantsToHearItAgain), (8, .declines), (6, .staysSilent),
    (6, .hangsUpAtOnce), (8, .machine), (6, .busy), (4, .rejects), (2, .unreachable), (2, .congested),
    (8, .neverAnswers),
  ]

  init(_ manners: Scenario.Manners, isBusy: Bool, _ random: inout SeededRandom) {
    let nature = isBusy ? .busy : random.one(weighted: Self.natures)
    let ring = random.milliseconds(1...60)
    let answer = ring + Self.wait(near: manners.ringTimeout, &random)
    let firstKey = answer + Self.wait(near: manners.briefing + manners.acceptTimeout, &random)
    let isPickedUp = random.chance(4)
    let goodbye = answer + random.milliseconds(1...Self.longestCall)
    var deeds = [Deed(after: ring, kind: .rings)]
    switch nature {
    case .takesTheCall: deeds += Self.types(manners.accept, from: firstKey, &random)
    case .typesWrong: deeds += Self.types("9#" + manners.accept, from: firstKey, &random)
    case .wantsToHearItAgain: deeds += Self.types(manners.again + manners.accept, from: firstKey, &random)
    case .declines: deeds += Self.types(manners.decline, from: firstKey, &random)
    case .staysSilent, .machine: break
    case .hangsUpAtOnce: deeds.append(Deed(after: answer + random.milliseconds(0...300), kind: .goes(cause: 16)))
    case .busy: deeds.append(Deed(after: ring, kind: .goes(cause: 17)))
    case .rejects: deeds.append(Deed(after: answer, kind: .goes(cause: 21)))
    case .unreachable: deeds = [Deed(after: ring, kind: .goes(cause: 1))]
    case .congested: deeds = [Deed(after: ring, kind: .goes(cause: 34))]
    case .neverAnswers: break
    }
    switch nature {
    case .takesTheCall, .typesWrong, .wantsToHearItAgain, .declines, .staysSilent, .hangsUpAtOnce, .machine:
      deeds += [
        Deed(after: answer, kind: isPickedUp ? .isPickedUp : .answers), Deed(after: goodbye, kind: .goes(cause: 16)),
      ]
      if !isPickedUp && random.chance(5) {
        deeds.append(Deed(after: random.milliseconds(answer...goodbye), kind: .isReplaced))
      }
    case .busy, .rejects, .unreachable, .congested, .neverAnswers: break
    }
    self.deeds = deeds.sorted { $0.after < $1.after }
    verdict = Self.verdict(isMachine: nature == .machine, &random)
  }

  /// Right most of the time.
  private static func verdict(isMachine: Bool, _ random: inout SeededRandom) -> FakeAsterisk.Verdict {
    let words = random.one(weighted: [
      (isMachine ? 8 : 1, ["MACHINE", "MAXWORDS-3-3"]), (isMachine ? 1 : 8, ["HUMAN", "HUMAN-800-800"]),
      (1, ["NOTSURE", "TOOLONG-5000"]), (1, ["HANGUP", ""]),
    ])
    return .init(words: words, after: random.milliseconds(300...6_000), silenceAfter: random.milliseconds(50...8_000))
  }

  /// Now and then in the very instant in which somebody else loses patience.
  private static func wait(near limit: Int64, _ random: inout SeededRandom) -> Int64 {
    switch random.below(10) {
    case 0: random.milliseconds(0...20)
    case 1: max(0, limit + random.milliseconds(-8...8))
    default: random.milliseconds(0...max(1, limit * 6 / 5))
    }
  }

  private static func types(_ keys: String, from start: Int64, _ random: inout SeededRandom) -> [Deed] {
    let pace = random.one(of: [Int64(40), 200, 1_500])
    return zip(Int64(0)..., keys).map { Deed(after: start + $0 * pace, kind: .presses(String($1))) }
  }
}
