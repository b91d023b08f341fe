import Testing

@testable import Transfer

/// Small, valid values for the tests of this module.
enum Sample {
  static let start = WallTime(milliseconds: 1_800_000_000_000)
  static let media = SpokenMedia(file: "speech", length: .seconds(8))

  static func policy() throws -> TransferPolicy {
    let digits = { (text: String) in try #require(DigitSequence(text)) }
    return TransferPolicy(
      keys: AnswerKeys(accept: try digits("1"), decline: try digits("2"), repeat: try digits("3")),
      announcement: try Template(parsing: "I'm connecting you with {target}. This takes about {wait}."),
      briefing: try Template(parsing: "Call from {caller_name}.[ About {topic}.] Press {accept_digits}."),
      mergePrompt: try Template(parsing: "Connecting you now.")
    )
  }

  static func target(_ name: String = "billing", _ change: (inout TransferPolicy) -> Void = { _ in }) throws -> Target {
    var policy = try policy()
    change(&policy)
    return Target(name: name, spokenName: "the \(name) team", dialString: "PJSIP/\(name)", policy: policy)
  }

  static func party(_ targets: [Target], _ strategy: TargetGroup.Strategy = .order) -> Party {
    Party(name: "party", spokenName: "the party", targets: targets, strategy: strategy)
  }

  static func request(_ plan: TransferPlan, isAnswered: Bool = true) throws -> TransferRequest {
    TransferRequest(
      id: try #require(TransferID("t1")),
      caller: Caller(channel: "caller.1", name: "Jane Doe", number: "+15551234", isAnswered: isAnswered),
      context: CallContext(),
      policy: try policy(),
      plan: plan
    )
  }
}

/// `2026-03-02 12:00`, in Greenwich.
func moment(_ text: String, by zone: TimeZoneTable = .utc) -> WallTime {
  let numbers = text.split { "- :".contains($0) }.compactMap { Int($0) }
  guard numbers.count == 5, let date = CalendarDate(year: numbers[0], month: numbers[1], day: numbers[2]) else {
    preconditionFailure("'\(text)' is no moment")
  }
  return zone.moment(of: WallClock(date, minuteOfDay: numbers[3] * 60 + numbers[4]))
}
