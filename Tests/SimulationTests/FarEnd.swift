/// What somebody whose phone rings is going to do, decided when it begins to ring.
struct FarEnd {
  struct Deed {
    /// Milliseconds after the first ring.
    let after: Int64
    let kind: Kind
  }

  enum Kind {
    case rings, answers
    case presses(String)
    case goes(cause: Int)
  }

  let deeds: [Deed]

  /// Nobody stays on the line for longer: every conversation has an end.
  static let longestCall: Int64 = 60_000

  private enum Nature: CaseIterable {
    case takesTheCall, typesWrong, wantsToHearItAgain, declines, staysSilent, hangsUpAtOnce
    case busy, rejects, unreachable, congested, neverAnswers
  }

  init(_ policy: Scenario.Manners, _ random: inout SeededRandom) {
    let nature = random.one(weighted: [
      (40, Nature.takesTheCall), (8, .typesWrong), (6, .wantsToHearItAgain), (8, .declines), (8, .staysSilent),
      (6, .hangsUpAtOnce), (6, .busy), (4, .rejects), (2, .unreachable), (2, .congested), (10, .neverAnswers),
    ])
    let ring = random.milliseconds(1...60)
    let answer = ring + Self.wait(near: policy.ringTimeout, &random)
    let firstKey = answer + Self.wait(near: policy.briefing + policy.acceptTimeout, &random)
    let goodbye = answer + random.milliseconds(1...Self.longestCall)
    var deeds = [Deed(after: ring, kind: .rings)]
    switch nature {
    case .takesTheCall: deeds += Self.types(policy.accept, from: firstKey, &random)
    case .typesWrong: deeds += Self.types("9#" + policy.accept, from: firstKey, &random)
    case .wantsToHearItAgain: deeds += Self.types(policy.again + policy.accept, from: firstKey, &random)
    case .declines: deeds += Self.types(policy.decline, from: firstKey, &random)
    case .staysSilent: break
    case .hangsUpAtOnce: deeds.append(Deed(after: answer + random.milliseconds(0...300), kind: .goes(cause: 16)))
    case .busy: deeds.append(Deed(after: ring, kind: .goes(cause: 17)))
    case .rejects: deeds.append(Deed(after: answer, kind: .goes(cause: 21)))
    case .unreachable: deeds = [Deed(after: ring, kind: .goes(cause: 1))]
    case .congested: deeds = [Deed(after: ring, kind: .goes(cause: 34))]
    case .neverAnswers: break
    }
    switch nature {
    case .takesTheCall, .typesWrong, .wantsToHearItAgain, .declines, .staysSilent, .hangsUpAtOnce:
      deeds += [Deed(after: answer, kind: .answers), Deed(after: goodbye, kind: .goes(cause: 16))]
    case .busy, .rejects, .unreachable, .congested, .neverAnswers: break
    }
    self.deeds = deeds.sorted { $0.after < $1.after }
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
