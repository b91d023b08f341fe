import Testing

@testable import Transfer

/// A caller is promised a call.
@Suite struct CallbackPromiseTests {
  static func request(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> TransferRequest {
    let briefing = try Template(parsing: "callback_briefing")
    let alice = try Sample.target("alice") { $0.menu.sentences[.callbackBriefing] = briefing }
    var request = try Sample.request(.ring(Sample.party([alice])))
    request.policy.onFailure = .callback
    request.policy.callback.dial = DialPattern("PJSIP/*@trunk")
    for sentence in MenuSentence.allCases {
      request.policy.menu.sentences[sentence] = try Template(parsing: sentence.rawValue + " {number}")
    }
    change(&request.policy)
    return request
  }

  private static func asked(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> Story {
    var story = Story(try request(change))
    story.untilHeld()
    story.happens(.leg(first, .ended(.busy)))
    return story
  }

  private static let promise = TransferEffect.beginCallback(CallbackPromise(number: "+15551234"))

  @Test func theNumberIsReadBackOverTheMusicAndAKeyConfirmsIt() throws {
    var story = try Self.asked()
    let asks = story.effects.contains {
      if case .prepareSpeech(.menu(.callbackConfirm), "callback_confirm + 1 5 5 5 1 2 3 4", _) = $0 {
        true
      } else {
        false
      }
    }
    #expect(asks && !story.effects.contains(.stopMusic) && story.machine.phase == .returning)
    story.happens(.speechReady(.menu(.callbackConfirm), Sample.media))
    story.happens(.caller(.pressed("1")))
    #expect(story.effects.contains(Self.promise))
    #expect(story.effects.contains { $0.prepares(.farewell) })
    story.happens(.commandSucceeded(Self.promise), .speechReady(.farewell, Sample.media), .playbackEnded(.farewell))
    #expect(story.effects.contains(.hangUpCaller))
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .callback && story.machine.outcome?.cause == .busy)
  }

  @Test func whoGoesBackToTheDialplanIsToldThere() throws {
    var story = try Self.asked {
      $0.callback.afterPromise = .returnToDialplan
      $0.menu.sentences[.callbackPromised] = .empty
    }
    story.happens(.caller(.pressed("1")))
    #expect(story.effects.contains(.returnCaller))
    let outcome = story.effects.compactMap { if case .writeOutcome(let outcome) = $0 { outcome } else { nil } }.first
    #expect(outcome?.result == .callback)
  }

  /// They have asked for it, and their number is known.
  @Test func whoHangsUpOrPressesNothingIsCalledAllTheSame() throws {
    var hungUp = try Self.asked()
    hungUp.happens(.caller(.left))
    #expect(hungUp.effects.contains(Self.promise))
    hungUp.asteriskObeys()
    #expect(hungUp.machine.outcome?.result == .callback)
    var silent = try Self.asked()
    silent.happens(.speechReady(.menu(.callbackConfirm), Sample.media))
    for _ in 1...2 { silent.happens(.timerFired(.question)) }
    #expect(silent.effects.contains(Self.promise))
  }

  @Test func anotherNumberIsKeyedInReadBackAndConfirmed() throws {
    var story = try Self.asked { $0.callback.prefixes = ["030"] }
    story.happens(.caller(.pressed("2")))
    #expect(story.effects.contains { $0.prepares(.menu(.callbackNumber)) })
    story.happens(.speechReady(.menu(.callbackNumber), Sample.media))
    for key in "99*0301234#" { story.happens(.caller(.pressed(String(key)))) }
    let asks = story.effects.contains {
      if case .prepareSpeech(.menu(.callbackConfirm), "callback_confirm 0 3 0 1 2 3 4", _) = $0 { true } else { false }
    }
    #expect(asks)
    story.happens(.caller(.pressed("1")))
    #expect(story.effects.contains(.beginCallback(CallbackPromise(number: "0301234"))))
  }

  /// Nobody has confirmed it: it may be a stranger's.
  @Test func aKeyedNumberWithoutAKeyIsNotCalled() throws {
    for leaves in [true, false] {
      var story = try Self.asked { $0.callback.prefixes = ["030"] }
      story.happens(.caller(.pressed("2")))
      for key in "0301234#" { story.happens(.caller(.pressed(String(key)))) }
      story.happens(.speechReady(.menu(.callbackConfirm), Sample.media))
      if leaves { story.happens(.caller(.left)) }
      if !leaves { for _ in 1...2 { story.happens(.timerFired(.question)) } }
      #expect(story.machine.promised == nil, "leaves: \(leaves)")
      if !leaves { #expect(story.effects.contains(.returnCaller)) }
    }
  }

  /// Premium numbers, other countries, nonsense.
  @Test(arguments: ["0900123#", "12#", "#", "123456789012345678901"])
  func aNumberThatIsNotAllowedIsAskedForAgain(_ keys: String) throws {
    var story = try Self.asked { $0.callback.prefixes = ["030"] }
    story.happens(.caller(.pressed("2")))
    for key in keys { story.happens(.caller(.pressed(String(key)))) }
    #expect(story.effects.contains { $0.prepares(.menu(.callbackNumber)) })
    for _ in 1...3 { for key in keys { story.happens(.caller(.pressed(String(key)))) } }
    #expect(story.machine.promised == nil)
  }

  @Test func aCallerWithoutANumberIsAskedForOneOrGoesBack() throws {
    var withheld = try Self.request { $0.callback.prefixes = ["030"] }
    withheld.caller.number = ""
    var story = Story(withheld)
    story.untilHeld()
    story.happens(.leg(first, .ended(.busy)))
    #expect(story.effects.contains { $0.prepares(.menu(.callbackNumber)) })
    withheld.policy.callback.prefixes = []
    story = Story(withheld)
    story.untilHeld()
    story.happens(.leg(first, .ended(.busy)))
    #expect(story.effects.contains(.returnCaller), "the dialplan has callbacks of its own")
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .callback)
  }

  @Test func whoWaitsMayAskForItAndKeepsThePlaceWhereNothingComesOfIt() throws {
    let two = try #require(DigitSequence("2"))
    var story = Story(try Self.request { ($0.callback.offer, $0.callback.prefixes) = (two, ["030"]) })
    story.untilHeld()
    story.happens(.caller(.pressed("2")))
    #expect(story.effects.contains { $0.prepares(.menu(.callbackConfirm)) })
    #expect(story.effects.contains(.release(first)))
    story.happens(.caller(.pressed("2")))
    story.happens(.speechReady(.menu(.callbackNumber), Sample.media))
    for _ in 1...2 { story.happens(.timerFired(.question)) }
    #expect(story.machine.phase == .ringing, "they wait on")
    #expect(story.effects.contains(.startTimer(.hold, at: story.machine.holdUntil)))
  }

  /// There may be no music under the question.
  @Test func whereAsteriskFailsNobodyIsAsked() throws {
    var story = Story(try Self.request())
    story.untilHeld()
    story.happens(.commandFailed(.startMusic("default"), .gone))
    #expect(story.effects.contains(.returnCaller) && !story.effects.contains { $0.prepares(.menu(.callbackConfirm)) })
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .returned && story.machine.outcome?.cause == .error)
  }

  /// The dialplan reads of no promise that nobody has made.
  @Test func whoGoesBackWithoutAPromiseIsNoCallback() throws {
    let star = try #require(DigitSequence("*"))
    var story = try Self.asked { $0.optOut = star }
    story.happens(.caller(.pressed("*")))
    let outcome = story.effects.compactMap { if case .writeOutcome(let outcome) = $0 { outcome } else { nil } }.first
    #expect(outcome?.result == .returned && outcome?.cause == .busy)
  }

  @Test func whoIsAboutToBeTakenIsNotSentHome() throws {
    let two = try #require(DigitSequence("2"))
    var story = Story(try Self.request { $0.callback.offer = two })
    story.untilBriefing()
    story.happens(.caller(.pressed("2")))
    #expect(story.machine.phase == .briefing)
  }

  @Test func withoutAWayToDialTheDialplanIsTold() throws {
    let story = try Self.asked { $0.callback.dial = nil }
    #expect(story.effects.contains(.returnCaller))
  }

  @Test func theMenuOffersItWhereItIsPossible() throws {
    for (dial, isOffered) in [("PJSIP/*@trunk", true), (nil, false)] {
      var story = try Self.asked {
        $0.onFailure = .menu
        $0.callback.dial = dial.flatMap(DialPattern.init)
        $0.menu.keys[.callback] = DigitSequence("4")
      }
      story.happens(.speechReady(.menu(.menu), Sample.media))
      story.happens(.caller(.pressed("4")))
      #expect(story.effects.contains { $0.prepares(.menu(.callbackConfirm)) } == isOffered)
    }
  }
}

@Suite struct TelephoneNumberTests {
  @Test(arguments: [
    ("+1 (555) 123-4567", "+15551234567"), ("0301234", "0301234"), ("12", nil), ("", nil), ("+", nil),
    ("555*1234", nil), ("٣٤٥٦٧٨", nil), ("+1555123456789012345678", nil), ("1;2345", nil), ("sip:alice", nil),
  ])
  func isReadOrNot(_ text: String, _ number: String?) { #expect(TelephoneNumber(text)?.description == number) }

  @Test func itIsTheSameHoweverItIsWritten() throws {
    let full = try #require(TelephoneNumber("+4930123456789"))
    #expect(full.isTheSame(as: try #require(TelephoneNumber("030123456789"))))
    #expect(!full.isTheSame(as: try #require(TelephoneNumber("+4930123456780"))))
    #expect(!(try #require(TelephoneNumber("6789"))).isTheSame(as: full))
  }
}
