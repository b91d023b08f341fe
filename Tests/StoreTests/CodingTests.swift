import Foundation
import Testing
import Transfer
import Transport

@testable import Store

/// Whatever a transfer may meet is written and read again as it was.
@Suite struct CodingTests {
  private static let leg = LegID(2)
  private static let speeches: [SpeechID] = [
    .announcement, .comfort, .briefing(leg), .reminder(leg), .message(leg), .taken, .mergePrompt, .farewell,
  ]
  private static let playbacks: [PlaybackID] = [
    .announcement, .comfort(3), .briefing(leg, hearing: 2), .reminder(leg, 1), .message(leg), .taken(leg),
    .ringing(leg), .mergePrompt, .farewell,
  ]
  private static let chores: [Chore] = [
    .release(leg), .closeSnoop(leg), .closeBridge, .stopMusic, .liftDeadMansSwitch,
    .admitVoiceAgent("ai.1", muted: true), .hangUpVoiceAgent("ai.1"),
  ]
  private static let timers: [TimerID] =
    [
      .hold, .ring(leg), .hearing(leg, 1), .accept(leg, hearing: 1), .reminder(leg, hearing: 1), .screening(leg),
      .greeting(leg), .message(leg), .comfort, .merge, .farewell, .leave, .callback,
    ] + chores.map { .again($0) }

  static let effects: [TransferEffect] =
    [
      .answerCaller, .openBridge, .holdCaller, .closeBridge, .startMusic("default"), .stopMusic, .discardSpeech,
      .openSnoop(leg), .detect(leg, DetectorNumbers()), .awaitSilence(leg), .closeSnoop(leg),
      .ring(leg, dialString: "PJSIP/1@trunk", .ofTheCaller, limit: .seconds(30)),
      .ring(leg, dialString: "", .fixed(name: "a\"b", number: "1"), limit: .zero), .release(leg), .openBridge,
      .join(leg), .lookIntoTalk, .closeBridge, .armDeadMansSwitch(.seconds(105)), .liftDeadMansSwitch,
      .admitVoiceAgent("c", muted: true), .hangUpVoiceAgent("c"), .releaseFormer(leg),
      .writeOutcome(Sample.outcome()), .returnCaller, .moveCaller(to: "app", Sample.outcome(.connected, .completed)),
      .hangUpCaller, .play(Sample.media, to: .caller, as: .farewell), .play(Sample.media, to: .talk, as: .mergePrompt),
      .play(Sample.media, to: .leg(leg), as: .taken(leg)), .playRinging(to: leg),
      .beginCallback(CallbackPromise(number: "+1555", notBefore: Sample.start)),
    ] + speeches.map { .prepareSpeech($0, text: "A \"text\"\n", Voice()) } + playbacks.map { .stopPlayback($0) }
    + timers.flatMap { [.startTimer($0, at: Sample.start), .cancelTimer($0)] }

  static let events: [TransferEvent] =
    [
      .requested, .cancelRequested(), .cancelRequested(by: "crm"), .granted("alice"), .passedOver("bob", .busy),
      .caller(.enteredHold),
      .caller(.pressed("#")), .caller(.becameChannel("c.2")), .caller(.moveFailed),
      .caller(.left), .caller(.takenAway), .leg(leg, .rang), .leg(leg, .answered),
      .leg(leg, .accepted()), .leg(leg, .accepted(by: "crm")), .leg(leg, .declined()), .leg(leg, .declined(by: "crm")),
      .talkSeen(caller: true, legs: [leg]), .talkSeen(caller: false, legs: []), .conversationSeen(leg),
      .callbackSeen(person: leg, callee: leg),
      .leg(leg, .pressed("*")),
      .leg(leg, .enteredTalk),
      .leg(leg, .becameChannel("l.2")), .leg(leg, .snoopOpened), .leg(leg, .snoopClosed), .leg(leg, .greetingEnded),
      .leg(leg, .detected(Detection(.machine, cause: "LONGGREETING-1500-1500"))), .leg(leg, .ended(.normal)),
    ] + ["t2"].compactMap { TransferID($0) }.map { .calledIn($0) }
    + speeches.flatMap { [.speechReady($0, Sample.media), .speechFailed($0, "no voice 'xx'")] }
    + playbacks.map { .playbackEnded($0) } + timers.map { .timerFired($0) }
    + effects.flatMap {
      [.commandFailed($0, .gone), .commandFailed($0, .unanswered("timed out")), .commandSucceeded($0)]
    } + [.commandFailed(.openBridge, .conflict("taken")), .commandFailed(.openBridge, .refused("500"))]

  @Test func everyEvent() throws {
    for event in Self.events {
      let text = try JSON.text(of: event)
      #expect(try JSON.value(of: text) == event)
    }
  }

  @Test func everyEffect() throws {
    let text = try JSON.text(of: Self.effects)
    #expect(try JSON.value(of: text) == Self.effects)
  }

  @Test func requests() throws {
    var refused = try Sample.request()
    refused.plan = .refuse(.disabled)
    refused.voiceAgent = nil
    for request in [try Sample.request(), refused] {
      let text = try JSON.text(of: request)
      #expect(try JSON.value(of: text) == request)
    }
  }

  /// A row of a version that knew one Asterisk alone names none.
  @Test func theAsteriskOfARequestIsAName() throws {
    var request = try Sample.request()
    request.pbx = PBXName(rawValue: "other")
    let text = try JSON.text(of: request)
    #expect(try JSON.value(of: text, as: TransferRequest.self).pbx == request.pbx)
    let earlier = text.replacingOccurrences(of: #""pbx":"other","#, with: "")
    #expect(earlier != text)
    #expect(try JSON.value(of: earlier, as: TransferRequest.self).pbx == .main)
  }

  @Test func kindsAreShort() throws {
    let kinds = try Self.events.map { JournalEntry.kind(of: try JSON.json(of: $0)) }
    for kind in ["requested", "caller.pressed", "leg.answered", "leg.ended", "speechReady", "commandFailed"] {
      #expect(kinds.contains(kind))
    }
    #expect(!kinds.contains { $0.isEmpty || $0.count > 24 })
  }

  /// Whatever stands in the file, the answer is a value or an error.
  @Test(arguments: 0..<3)
  func damagedTexts(_ seed: UInt64) throws {
    var chance = Chance(state: seed)
    let texts = try [JSON.text(of: Sample.request())] + Self.events.map { try JSON.text(of: $0) }
    var unreadable = 0
    for text in texts {
      let original = Array(text.utf8)
      for _ in 0..<20 {
        var bytes = original
        let place = Int.random(in: bytes.indices, using: &chance)
        switch Int.random(in: 0..<3, using: &chance) {
        case 0: bytes[place] = original.randomElement(using: &chance) ?? 0
        case 1: bytes.insert(UInt8(ascii: "9"), at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 3))
        }
        let damaged = String(decoding: bytes, as: UTF8.self)
        do throws(JournalError) {
          if text == texts[0] {
            _ = try JSON.value(of: damaged, as: TransferRequest.self)
          } else {
            _ = try JSON.value(of: damaged, as: TransferEvent.self)
          }
        } catch {
          #expect(error.kind == .unusable)
          unreadable += 1
        }
      }
    }
    #expect(unreadable > texts.count)
  }
}

/// Random, and the same every time.
struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
