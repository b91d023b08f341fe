import Foundation
import Lab
import Testing
import Transport

/// The board and a transfer's page in a real browser, with real calls.
@Suite(.lab, .serialized) struct BoardTests {
  private static let patient = Section.transfer([
    "ring_timeout": "60", "accept_timeout": "60", "hold_timeout": "180", "merge_prompt": "Connecting you now.",
    "announcement": "I'm connecting you with the billing team.",
    "briefing": "Maria Santos calls about a double charge on the invoice of March.",
  ])
  private static let known = [
    "WT_CALLER_NAME": "Maria <b>Santos</b>", "WT_TOPIC": "billing", "WT_SUMMARY": "Charged <i>twice</i>.",
    "WT_CONTEXT": #"{"tier":"<u>gold</u>"}"#, "WT_NEXT_ACTION": "Refund.",
  ]

  static func signIn(_ browser: Browser, _ client: APIClient) async throws {
    try await browser.open(client.url + "/")
    try await browser.type("wt_wrong", into: "#token")
    try await browser.click("form button")
    try await browser.wait(for: "form [role=alert]", saying: "unknown token")
    try await browser.look("board-sign-in")
    try await browser.run("document.querySelector('#token').value = ''; return null")
    try await browser.type(APIClient.token, into: "#token")
    try await browser.click("form button")
    try await browser.wait(for: "#connection", saying: "Live")
    try await browser.wait(for: "#health", saying: "connected")
  }

  @Test func aCallMovesOverTheBoardAndHasItsPage() async throws {
    let sections = [
      Self.patient, APIClient.section, .person("ann", "accept-6000-3000"), .person("ben", "noanswer"),
      .group("team", "ann", ["name": "the billing team"]),
    ]
    try await Scene.with(sections) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await Self.signIn(browser, client)
          try await browser.wait(for: "#waiting", saying: "Nobody is waiting")
          let waiting = try await scene.call("ben", ["WT_CALLER_NAME": "Waits Long"])
          try await browser.wait(for: "#waiting", saying: "Waits Long")
          let call = try await scene.call("team", Self.known)
          try await browser.wait(for: "#waiting", saying: "Maria <b>Santos</b>")
          try await browser.wait(for: "#agents", saying: "Ringing")
          try await browser.wait(for: "#waiting", saying: "hears the briefing: ann", within: .seconds(20))
          try await browser.wait(for: "#talking", saying: "Maria <b>Santos</b>", within: .seconds(20))
          try await browser.wait(for: "#agents", saying: "In a call")
          #expect(try await browser.run("return document.querySelectorAll('main b, main i, main u').length") == 0)
          try await waiting.hangUp()
          try await browser.wait(for: "#failures", saying: "The caller hung up", within: .seconds(15))
          try await browser.look("board")
          try await call.agent(named: "ann").hangUp()
          let id = try await call.returned().transferID
          try await call.hangUp()
          try await browser.wait(for: "#talking", saying: "No conversations")
          try await browser.open(client.url + "/transfers/\(id)")
          try await browser.wait(for: ".picture")
          try await browser.wait(for: "main", saying: "Maria <b>Santos</b>")
          try await browser.wait(for: "main", saying: "Charged <i>twice</i>.")
          #expect(try await browser.run("return document.querySelectorAll('main b, main i, main u').length") == 0)
          #expect(try await browser.run("return document.querySelectorAll('.picture .talk-phase').length") == 1)
          #expect(
            try await browser.run("return document.querySelectorAll('.picture .speech').length").integer ?? 0 >= 3
          )
          try await browser.look("transfer")
          let sound = try await browser.promised(
            """
            fetch(document.querySelector('audio').src).then(async (answer) =>
              [answer.status, answer.headers.get('content-type'), (await answer.arrayBuffer()).byteLength])
            """
          )
          #expect(sound.array?.first == 200 && sound.array?[1] == "audio/wav")
          #expect(sound.array?.last?.integer ?? 0 > 50_000)
          let played = try await browser.promised(
            "(async () => { const sound = document.querySelector('audio'); sound.muted = true; await sound.play(); "
              + "return sound.duration > 1; })()"
          )
          #expect(played == true)
          let export = try await browser.run("return document.querySelector('a[download]').href").string ?? ""
          let story = try await client.ask(.get, String(export.dropFirst(client.url.count)))
          #expect(story.json["transfer"]?["id"]?.string == id && story.json["steps"]?.array?.isEmpty == false)
        }
      }
    }
  }

  @Test func aMessageIsPlayedOnTheBoard() async throws {
    let leaves = Section.transfer(["on_failure": "message", "message_prompt": "", "message_silence": "0"])
    try await Scene.with([Self.patient, leaves, APIClient.section, .person("ben", "busy")]) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await Self.signIn(browser, client)
          try await browser.wait(for: "#messages", saying: "None.")
          let call = try await scene.call("ben", ["WT_CALLER_NAME": "Leaves <b>Words</b>", "WT_TOPIC": "billing"])
          try await Task.sleep(for: .seconds(4))
          try await call.hangUp()
          try await browser.wait(for: "#messages", saying: "Leaves <b>Words</b>", within: .seconds(15))
          try await browser.wait(for: "#messages", saying: "billing, for ben")
          try await browser.wait(for: "#messages-note", saying: "1 new")
          try await browser.look("board-message")
          let played = try await browser.promised(
            "(async () => { const sound = document.querySelector('#messages audio'); sound.muted = true; "
              + "await sound.play(); return sound.duration > 1; })()"
          )
          #expect(played == true)
          try await browser.wait(for: "#messages-note", saying: "0 new", within: .seconds(20))
          let left = try await client.ask(.get, "/v1/messages").json["messages"]?.array ?? []
          let id: String = try #require(left.first?["id"]?.string)
          #expect(left.count == 1 && left[0]["heard_at"]?.string != nil)
          #expect(try await client.ask(.delete, "/v1/messages/\(id)").status == 204)
        }
      }
    }
  }

  @Test func aCallerWhoWasMissedIsCalledBackFromTheBoard() async throws {
    let callbacks = Section.transfer(["callback_dial": "PJSIP/*@nowhere", "callback_pause": "600"])
    try await Scene.with([Self.patient, callbacks, APIClient.section, .person("ben", "busy")]) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await Self.signIn(browser, client)
          try await browser.wait(for: "#callbacks", saying: "None.")
          let known = [
            "WT_CALLER_NAME": "Missed <b>Caller</b>", "WT_TOPIC": "billing", "WT_CONTEXT": #"{"tier":"gold"}"#,
          ]
          let call = try await scene.call("ben", known)
          _ = try await call.returned()
          try await call.hangUp()
          try await browser.wait(for: "#failures button", saying: "Call back", within: .seconds(15))
          try await browser.click("#failures button")
          // The person is busy: another try later.
          try await browser.wait(for: "#callbacks", saying: "Missed <b>Caller</b>", within: .seconds(15))
          try await browser.wait(for: "#callbacks", saying: "Later")
          try await browser.wait(for: "#callbacks", saying: "billing, for ben")
          try await browser.look("board-callback")
          #expect(try await browser.run("return document.querySelectorAll('main b, #failures button').length") == 0)
          let open = try await client.ask(.get, "/v1/callbacks").json["callbacks"]?.array ?? []
          let id: String = try #require(open.first?["id"]?.string)
          #expect(open.count == 1 && open[0]["state"] == "resting" && open[0]["tries"] == 0)
          let facts = try await client.ask(.get, "/v1/transfers/\(id)").json["context"]?["facts"]?.array
          #expect(facts?.first?["value"] == "gold", "the person hears what was known of the call")
          try await browser.click("#callbacks button")
          try await browser.wait(for: "#callbacks", saying: "None.")
          #expect(try await client.ask(.delete, "/v1/callbacks/\(id)").json["code"] == "already_ended")
        }
      }
    }
  }

  @Test func theBoardGoesWhenItsTokenDoes() async throws {
    try await Scene.with([Self.patient, APIClient.section, .person("ann", "noanswer")]) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await Self.signIn(browser, client)
          try scene.rewrite([Self.patient, .person("ann", "noanswer")])
          scene.service.send(SIGHUP)
          try await browser.wait(for: "form", saying: "Sign in", within: .seconds(20))
        }
      }
    }
  }
}
