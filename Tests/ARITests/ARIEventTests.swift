import Testing
import Transport

@testable import ARI

@Suite struct ARIEventTests {
  static let channelJSON = """
    {"id": "c1", "name": "PJSIP/a-1", "state": "Up", "caller": {"name": "Jane", "number": "555"},
     "dialplan": {"context": "in", "exten": "s", "app_name": "Stasis", "app_data": "wt"}, "unheard_of": [1, 2]}
    """

  func event(_ json: String) throws -> ARIEvent { try ARIEvent(JSON(parsing: Array(json.utf8))) }
  func channel() throws -> ARIChannel { try ARIChannel(JSON(parsing: Array(Self.channelJSON.utf8))) }

  @Test func aChannelIsReadWhole() throws {
    let channel = try channel()
    #expect(channel.id == "c1" && channel.isUp && channel.callerName == "Jane" && channel.callerNumber == "555")
    #expect(channel.context == "in" && channel.application == "Stasis" && channel.applicationData == "wt")
  }

  @Test func eventsOfAChannel() throws {
    let channel = try channel()
    let read = { (head: String) in try event("{\"type\": \(head), \"channel\": \(Self.channelJSON)}") }
    #expect(
      try read(#""StasisStart", "args": ["agent", "7"]"#)
        == .stasisStart(channel, arguments: ["agent", "7"], replaces: nil)
    )
    #expect(try read(#""StasisEnd""#) == .stasisEnd(channel))
    #expect(try read(#""ChannelStateChange""#) == .channelStateChanged(channel))
    #expect(try read(#""ChannelDestroyed", "cause": 17"#) == .channelDestroyed(channel, cause: 17))
    #expect(try read(#""ChannelHangupRequest""#) == .channelHangupRequested(channel, cause: nil))
    #expect(try read(#""ChannelDtmfReceived", "digit": "*""#) == .digitReceived("*", channel))
  }

  @Test func aBusyPhoneIsToldByTheDial() throws {
    let dial = { (status: String) in
      try event(#"{"type": "Dial", "dialstatus": "\#(status)", "peer": \#(Self.channelJSON)}"#)
    }
    #expect(try dial("BUSY") == .busy(channel()))
    for status in ["", "RINGING", "ANSWER", "CONGESTION"] { #expect(try dial(status) == .unknown(type: "Dial")) }
  }

  @Test func whatIsUnknownDoesNoHarm() throws {
    #expect(try event(#"{"type": "NeverHeardOf", "x": 1}"#) == .unknown(type: "NeverHeardOf"))
  }

  @Test(arguments: [
    "{}", #"{"type": 7}"#, #"{"type": "StasisStart"}"#, #"{"type": "StasisEnd", "channel": "c1"}"#,
    #"{"type": "ChannelDtmfReceived", "channel": {"id": "1", "name": "n", "state": "Up"}}"#,
    #"{"type": "PlaybackFinished", "playback": {}}"#,
  ])
  func whatARIDoesNotPromiseIsAnError(_ json: String) {
    #expect(throws: ARIFormatError.self) { try event(json) }
  }

  @Test(arguments: [
    (401, ARIEventFeed.Loss.wrongCredentials), (403, .wrongCredentials), (404, .notAnARI), (500, .notAnARI),
  ])
  func aRefusedHandshakeSaysWhy(_ status: Int, _ loss: ARIEventFeed.Loss) {
    #expect(ARIEventFeed.Loss(WebSocketError(.refused(status: status), "refused")) == loss)
  }

  @Test(arguments: [("a:b", "YTpi"), ("ab:cd", "YWI6Y2Q="), ("a:bcd", "YTpiY2Q="), ("äö:ü", "w6TDtjrDvA==")])
  func credentialsAreEncoded(_ pair: String, _ encoded: String) {
    let parts = pair.split(separator: ":").map(String.init)
    let configuration = ARIConfiguration(url: "", username: parts[0], password: parts[1], application: "")
    #expect(configuration.authorization == "Basic " + encoded)
  }

  @Test func aRouteKeepsItsPatternAndEncodesWhatVaries() {
    let route: ARIRoute = "/channels/\("a/b ?")/play/\("p")"
    #expect(route.path == "/channels/a%2Fb%20%3F/play/p")
    #expect(route.pattern == "/channels/{}/play/{}")
  }
}
