import Testing

@testable import Transfer

/// What the texts of a transfer may hold, and what is said for it.
@Suite struct PlaceholderTests {
  static let sentences: [Sentence] = Sentence.shipped + [.farewell(.busy), .farewell(.cancelled)]

  private static func request(_ sentence: Sentence, saying text: String) throws -> (TransferRequest, Target) {
    let template = try Template(parsing: text, knowing: sentence.fields)
    let target = try Sample.target("anna") { $0[sentence] = template }
    var request = try Sample.request(.ring(Sample.party([target], .all)))
    request.policy.tellsPlace = sentence == .place
    request.policy[sentence] = template
    request.policy.optOut = DigitSequence("*")
    request.policy.menu.keys = [.message: try #require(DigitSequence("1")), .wait: try #require(DigitSequence("2"))]
    request.policy.menu.keys[.goBack] = DigitSequence("3")
    request.policy.menu.keys[.callback] = DigitSequence("4")
    request.policy.callback.dial = DialPattern("PJSIP/*@trunk")
    request.policy.callback.prefixes = ["+1"]
    request.policy.callback.offer = DigitSequence("5")
    request.policy.comfortInterval = .seconds(30)
    request.context.topic = "billing"
    request.context.reason = "a duplicate charge."
    request.context.summary = "She was charged twice."
    request.context.nextAction = "refund it"
    request.context.facts = [.init(name: "tier", value: "gold", label: "Tier", isSpoken: true)]
    return (request, target)
  }

  private static func said(_ sentence: Sentence, _ request: TransferRequest, _ target: Target) -> String {
    let party = Sample.party([target], .all)
    return switch sentence {
    case .announcement: Briefing.announcement(of: party, for: request)
    case .comfort, .place: Briefing.comfort(of: party, for: request, place: 3)
    case .farewell(let cause): Briefing.farewell(cause ?? .noAnswer, of: party, for: request)
    case .briefing: Briefing.text(of: request, for: target)
    case .voicemailMessage: Briefing.voicemailMessage(of: request, for: target)
    case .reminder: Briefing.reminder(for: target)
    case .mergePrompt: request.policy.mergePrompt.render([:])
    case .menu(.callbackBriefing), .menu(.callbackGreeting): saidInACallback(sentence, request)
    case .menu(let words): Briefing.menu(words, of: party, for: request, number: TelephoneNumber("0301234"))
    case .taken: target.policy.takenMessage.render([:])
    }
  }

  /// They take the place of a briefing.
  private static func saidInACallback(_ sentence: Sentence, _ request: TransferRequest) -> String {
    let promise = CallbackPromise(number: request.caller.number)
    let since = Sample.start + .seconds(-90)
    let callback = request.callback(promise, askedAt: "14:10", waitingSince: since, at: Sample.start)
    guard let callback, case .ring(let party) = callback.plan, let callee = callback.callback?.callee else { return "" }
    let target = sentence == .menu(.callbackGreeting) ? callee : party.targets.first
    return target.map { Briefing.text(of: callback, for: $0) } ?? ""
  }

  @Test(arguments: sentences)
  func whateverMayStandInATextIsSaid(_ sentence: Sentence) throws {
    for field in sentence.fields {
      let (request, target) = try Self.request(sentence, saying: "<{\(field.rawValue)}>")
      #expect(Self.said(sentence, request, target).count > 2, "{\(field.rawValue)} in \(sentence.key)")
    }
  }

  @Test func theReasonIsSaidToTheCaller() throws {
    let text = "I'm connecting you with {target}[ about {reason}]."
    var (request, target) = try Self.request(.announcement, saying: text)
    #expect(Self.said(.announcement, request, target) == "I'm connecting you with the party about a duplicate charge.")
    request.context.reason = ""
    #expect(Self.said(.announcement, request, target) == "I'm connecting you with the party.")
  }

  /// What holds words of the call is made for it alone; the rest is said to many.
  @Test(arguments: [
    ("I'm connecting you with {target}.", false), ("It takes {wait}.", false), ("About {reason}.", true),
    ("[About {topic}.]", true), ("", false),
  ])
  func whatHoldsWordsOfTheCallIsItsOwn(_ text: String, _ isOwn: Bool) throws {
    for (sentence, speech) in [
      (Sentence.announcement, SpeechID.announcement), (.comfort, .comfort), (.farewell(nil), .farewell),
      (.farewell(.busy), .farewell),
    ] {
      let (request, _) = try Self.request(sentence, saying: text)
      #expect(request.owns(speech) == isOwn, "\(sentence.key)")
    }
  }

  @Test func refusalsAndNamesFromOutsideAreItsOwn() throws {
    #expect(try Sample.request(.turnAway("We know you, Jane.")).owns(.farewell))
    let outside = Target(
      name: "PJSIP/1@x",
      spokenName: "Dr. Jones",
      dialString: "PJSIP/1@x",
      policy: try Sample.policy()
    )
    #expect(try Sample.request(.ring(Sample.party([outside]))).owns(.announcement))
    #expect(try !Sample.request(.ring(Sample.party([try Sample.target()]))).owns(.announcement))
    let request = try Sample.request(.ring(Sample.party([try Sample.target()])))
    #expect(request.owns(.briefing(LegID(1))) && request.owns(.message(LegID(1))))
    #expect(!request.owns(.mergePrompt) && !request.owns(.taken) && !request.owns(.reminder(LegID(1))))
  }
}
