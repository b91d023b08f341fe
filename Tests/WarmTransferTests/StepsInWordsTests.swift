import Testing
import Transfer

@testable import Store
@testable import WarmTransfer

/// What `show` says of a step.
@Suite struct StepsInWordsTests {
  @Test(arguments: [
    (TransferEvent.cancelRequested(by: "crm"), "cancelled by crm"), (.cancelRequested(), "cancelled"),
    (.leg(LegID(1), .accepted(by: "desk")), "person 1: accepted over the API by desk"),
    (.leg(LegID(1), .declined(by: "desk")), "person 1: declined over the API by desk"),
    (.leg(LegID(1), .accepted()), "person 1: accepted over the API"),
    (.talkSeen(caller: true, legs: [LegID(2)]), "found in the talk bridge: the caller, 2"),
    (.talkSeen(caller: false, legs: []), "found in the talk bridge: nobody"),
    (.conversationSeen(LegID(2)), "the caller and 2 are already talking"),
  ])
  func whoDidWhat(_ event: TransferEvent, _ words: String) throws {
    let names = LegNames(RecordedTransfer(request: try Sample.request(), events: []))
    #expect(event.told(by: names) == words)
  }
}
