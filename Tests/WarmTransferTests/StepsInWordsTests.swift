import Testing
import Transfer

@testable import Store
@testable import WarmTransfer

/// What `show` says of a step.
@Suite struct StepsInWordsTests {
  @Test(arguments: [
    (TransferEvent.cancelRequested(by: "crm"), "called off by crm"), (.cancelRequested(), "called off"),
    (.leg(LegID(1), .accepted(by: "desk")), "person 1: accepted on a screen by desk"),
    (.leg(LegID(1), .declined(by: "desk")), "person 1: declined on a screen by desk"),
    (.leg(LegID(1), .accepted()), "person 1: accepted on a screen"),
    (.talkSeen(caller: true, legs: [LegID(2)]), "in the bridge for the conversation: the caller, 2"),
    (.talkSeen(caller: false, legs: []), "in the bridge for the conversation: nobody"),
    (.conversationSeen(LegID(2)), "the caller and 2 are talking already"),
  ])
  func whoDidWhat(_ event: TransferEvent, _ words: String) throws {
    let names = LegNames(RecordedTransfer(request: try Sample.request(), events: []))
    #expect(event.told(by: names) == words)
  }
}
