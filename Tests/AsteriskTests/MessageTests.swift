import Foundation
import Lab
import Testing
import Transport

/// Nobody could be had, and the caller chooses what comes next, on a real Asterisk.
@Suite(.lab, .serialized) struct MessageTests {
  private static let words: [(key: String, value: String)] = [
    ("on_failure", "menu"), ("message_prompt", "Speak."), ("menu", "Choose."), ("message_review", "Send it?"),
    ("message_sent", "Sent."), ("menu_timeout", "3"), ("message_silence", "0"),
  ]

  private static func settings(_ more: [(key: String, value: String)] = []) -> Section {
    .transfer(Dictionary(words + more) { $1 }.map { ($0.key, $0.value) })
  }

  /// Who leaves a message is heard by somebody who was not there: the tone that every caller of the lab sends.
  private static func expectTheCaller(in message: JSON, _ api: APIClient) async throws {
    let id = try #require(message["id"]?.string)
    let answer = try await api.http.send(
      HTTPRequest(
        method: .get,
        url: api.url + "/v1/messages/\(id)/audio",
        headers: [("Authorization", "Bearer \(APIClient.token)")],
        body: nil
      )
    )
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(id).wav")
    try Data(answer.body).write(to: file)
    defer { do { try FileManager.default.removeItem(at: file) } catch { Issue.record(error) } }
    expectTheCaller(in: try Wave.read(file))
    #expect(try await api.ask(.delete, "/v1/messages/\(id)").status == 204)
    #expect(try await api.ask(.get, "/v1/messages/\(id)/audio").code == "unknown_message")
  }

  private static func expectTheCaller(in sound: Sound) {
    let tone = sound.timeline().filter { $0.kind == .callerTone }.reduce(Duration.zero) { $0 + $1.length }
    #expect(tone > .milliseconds(700), "\(sound.timeline().text)")
  }

  private static func message(_ api: APIClient, of call: Call) async throws -> JSON {
    let answer = try await api.ask(.get, "/v1/messages")
    return try #require(
      answer.json["messages"]?.array?.first { $0["caller_number"]?.string == call.number },
      "\(answer.json.serialized())"
    )
  }

  @Test func aMessageIsRecordedListenedToSentAndDeleted() async throws {
    try await Scene.with(Self.settings(), .person("nora", "busy"), APIClient.section) { scene in
      try await APIClient.with(scene) { api in
        let call = try await scene.call("nora", ["WT_TOPIC": "billing"])
        try await Task.sleep(for: .milliseconds(2500))
        try await call.leg.press("1")
        try await Task.sleep(for: .seconds(4))
        try await call.leg.press("#")
        try await Task.sleep(for: .seconds(1))
        try await call.leg.press("2")
        try await Task.sleep(for: .seconds(4))
        try await call.leg.press("1")
        let outcome = try await call.ended()
        #expect(outcome.result == "VOICEMAIL" && outcome.cause == "BUSY", "\(outcome)")
        let message = try await Self.message(api, of: call)
        #expect(message["topic"] == "billing" && message["party"] == "nora" && message["heard_at"] == .null)
        try await Self.expectTheCaller(in: message, api)
        // From the voice agent to the goodbye, but for what they said themselves, they hear something.
        let heard = try await call.heard()
        #expect(heard.story.first == .voiceAgentTone && heard.hasTrace(of: .callerTone), "\(heard.timeline.text)")
      }
    }
  }

  @Test func whoHangsUpInTheMiddleLeavesWhatWasSaid() async throws {
    try await Scene.with(Self.settings([("on_failure", "message")]), .person("nora", "busy"), APIClient.section) {
      scene in
      try await APIClient.with(scene) { api in
        let call = try await scene.call("nora")
        try await Task.sleep(for: .seconds(5))
        try await call.hangUp()
        let outcome = try await call.ended()
        #expect(outcome.result == "ABANDONED", "the dialplan knows only that they have gone: \(outcome)")
        try await Task.sleep(for: .milliseconds(500))
        try await Self.expectTheCaller(in: try await Self.message(api, of: call), api)
      }
    }
  }

  @Test func whoGoesOnWaitingIsConnectedAfterAll() async throws {
    try await Scene.with(Self.settings(), .target("phone1", dials: "PJSIP/phone1")) { scene in
      try await scene.lab.phone("phone1", does: "busy")
      let call = try await scene.call("phone1")
      try await Task.sleep(for: .seconds(2))
      try await scene.lab.phone("phone1", does: "hangup-later-300-500")
      try await call.leg.press("2")
      let back = try await call.back()
      try back.expect("CONNECTED", "COMPLETED", of: "phone1", heard: back.recording.story)
    }
  }

  @Test func withoutAKeyTheCallerGoesBack() async throws {
    try await Scene.with(Self.settings([("menu_timeout", "1")]), .person("nora", "busy")) { scene in
      let back = try await scene.call("nora").back()
      try back.expect("RETURNED", "BUSY", of: "nora", heard: back.recording.story)
      #expect(back.recording.story.count { $0 == .other } == 2, "\(back.recording.timeline.text)")
    }
  }

  /// The service dies while the caller speaks: what they say is recorded by Asterisk, and found.
  @Test func aServiceThatDiesLosesNoMessage() async throws {
    let sections = [Self.settings([("on_failure", "message")]), .person("nora", "busy"), APIClient.section]
    let scene = try await Scene.start(sections)
    let call = try await scene.call("nora")
    try await Task.sleep(for: .seconds(4))
    scene.service.crash()
    try await Task.sleep(for: .seconds(1))
    try await call.hangUp()
    try await Task.sleep(for: .seconds(1))
    let again = try scene.service.again()
    try await again.logged("info ready")
    try await Task.sleep(for: .seconds(2))
    let listed = try JSON(parsing: Array(try again.ask("messages", "--json").joined().utf8))
    let id = try #require(listed["messages"]?.array?.first?["id"]?.string, "\(listed.serialized())")
    let file = scene.lab.files.appendingPathComponent("saved.wav")
    #expect(try again.ask("messages", "save", id, "-o", file.path) == ["message \(id) written to \(file.path)"])
    Self.expectTheCaller(in: try Wave.read(file))
    #expect(try again.ask("messages").count == 2)
    #expect(try again.ask("messages", "delete", id) == ["message \(id) deleted"])
    #expect(try again.ask("messages") == ["no messages"])
    #expect(try await scene.leftovers() == [])
    #expect(try await again.stop())
  }
}
