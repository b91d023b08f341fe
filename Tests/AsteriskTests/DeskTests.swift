import Foundation
import Lab
import Store
import Testing
import Transfer
import Transport

/// The agents' desks in a real browser, with real calls.
@Suite(.lab, .serialized) struct DeskTests {
  private static let patient = Section.transfer([
    "ring_timeout": "60", "accept_timeout": "60", "hold_timeout": "180", "wrapup_time": "60",
    "briefing": "Maria Santos calls about a double charge on the invoice of March.",
  ])
  private static let facts = [
    Section.section("tier", [("type", "fact"), ("label", "Customer tier")]),
    Section.section(
      "account",
      [("type", "fact"), ("label", "Account"), ("link", "https://crm.example.org/accounts/{value}?from=desk")]
    ),
  ]
  /// Each word of it would be something else in a page that is made of what callers say.
  private static let hostile = #"<img src=x onerror="document.title='owned'"><script>document.title="owned"</script>"#

  private static let known = [
    "WT_CALLER_NAME": "Maria Santos", "WT_TOPIC": "billing", "WT_REASON": "charged twice",
    "WT_SUMMARY":
      "Maria was charged twice for March and wants the second amount back. The assistant has checked the invoice: it is right.",
    "WT_NEXT_ACTION": "Refund 49.90 to the card that ends in 4821.", "WT_LANGUAGE": "pt-BR",
    "WT_CONTEXT": #"{"tier":"gold","account":"AC/48 21","open tickets":"2"}"#,
    "WT_TRANSCRIPT":
      "Assistant: How can I help? Caller: I was charged twice. Assistant: Which month? Caller: March.",
  ]

  private func desk(of agent: String, _ browser: Browser, _ client: APIClient) async throws {
    let link = try await client.ask(.post, "/v1/agents/\(agent)/tokens")
    #expect(link.status == 201)
    let path: String = try #require(link.json["path"]?.string)
    try await browser.open(client.url + path)
    #expect(try await browser.run("return location.hash") == "")
    try await browser.click("form button")
    try await browser.wait(for: "[data-state]")
    try await browser.wait(for: "#connection", saying: "Live")
  }

  private func seconds(_ browser: Browser) async throws -> Int {
    let text = try await browser.text(".clock") ?? ""
    let found = try #require(text.firstMatch(of: #/(\d+):(\d\d)/#), "\(text)")
    return (Int(found.output.1) ?? 0) * 60 + (Int(found.output.2) ?? 0)
  }

  private func wrapUp(of transfer: TransferID, in scene: Scene) throws -> WrapUp? {
    try SQLiteDatabase(scene.service.data.path + "/journal.sqlite").reader().wrapUp(of: transfer)
  }

  @Test func fromTheRingToTheWrapUpWithAReloadInEachPhase() async throws {
    let sections = [Self.patient, APIClient.section, .person("ann", "listen-5000")] + Self.facts
    try await Scene.with(sections) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await desk(of: "ann", browser, client)
          try await browser.wait(for: "[data-state=free]")
          let keys = try await browser.promised(
            """
            import('/assets/desk-words.js').then(({ words }) =>
              Object.values(words).map((all) => Object.keys(all).sort().join()))
            """
          )
          #expect(keys.array?.count == 5 && Set((keys.array ?? []).map { $0.serialized() }).count == 1)
          let call = try await scene.call("ann", Self.known)
          try await browser.wait(for: "[data-state=ringing] .name", saying: "Maria Santos")
          try await browser.wait(for: "#incoming", saying: "Maria Santos")
          let first = try await seconds(browser)
          #expect((50...60).contains(first))
          try await browser.eventually("the countdown stands still") { try await seconds(browser) < first }
          try await browser.reload()
          try await browser.wait(for: "[data-state=ringing] .why", saying: "charged twice for March")
          try await browser.wait(for: "[data-state=briefing]", within: .seconds(15))
          try await browser.reload()
          try await browser.wait(for: "[data-state=briefing] .next", saying: "Refund 49.90")
          try await browser.click("#repeat")
          try await Task.sleep(for: .seconds(1))
          try await browser.click("#accept")
          let ann = try await call.agent(named: "ann")
          try await browser.wait(for: "[data-state=connected] .clock", saying: "0:0")
          try await browser.reload()
          try await browser.wait(for: "[data-state=connected] .name", saying: "Maria Santos")
          let link = try await browser.run("return document.querySelector('.facts a').href")
          #expect(link == "https://crm.example.org/accounts/AC%2F48%2021?from=desk")
          try await browser.look("desk-connected")
          try await ann.hangUp()
          try await browser.wait(for: "#wrap-up", saying: "Maria Santos")
          try await browser.wait(for: "[data-state=wrapUp]")
          let metrics = try await client.http.send(HTTPRequest(method: .get, url: client.url + "/metrics")).body
          #expect(String(decoding: metrics, as: UTF8.self).contains(#"warm_transfer_agents{state="wrap_up"} 1"#))
          // Nobody rings them while they write.
          let next = try await scene.call("ann", ["WT_CALLER_NAME": "Next"])
          try await browser.type("Refunded.", into: "#note")
          try await browser.click("#result-resolved")
          try await browser.reload()
          try await browser.wait(for: "#result-resolved[aria-pressed=true]")
          #expect(try await browser.run("return document.querySelector('#note').value") == "Refunded.")
          try await browser.look("desk-wrap-up")
          #expect(scene.lab.agents.count == 1)
          try await browser.click("#save")
          try await browser.wait(for: "[data-state=ringing] .name", saying: "Next", within: .seconds(10))
          try await next.hangUp()
          try await browser.wait(for: "[data-state=free]")
          let back = try await call.returned()
          #expect(back.result == "CONNECTED" && back.target == "ann")
          try await call.hangUp()
          let id = try #require(TransferID(back.transferID))
          let said = try #require(try wrapUp(of: id, in: scene))
          #expect(said.answer == .resolved && said.note == "Refunded." && said.by == "ann")
          let story = try scene.service.ask("show", back.transferID).joined(separator: "\n")
          #expect(story.contains("asked for the briefing again on the desk"))
          #expect(story.contains("accepted on the desk"))
        }
      }
    }
  }

  @Test func declinesByKeyboardWithAReasonAndWhatIsHostileIsText() async throws {
    let sections = [
      Self.patient, APIClient.section, .person("ann", "noanswer"), .person("ben", "listen-300"),
      .group("team", "ann,ben", ["name": "the billing team"]),
    ]
    try await Scene.with(sections) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await desk(of: "ann", browser, client)
          try await browser.look("desk-free")
          var variables = Self.known
          for name in ["WT_CALLER_NAME", "WT_SUMMARY", "WT_REASON", "WT_NEXT_ACTION", "WT_TRANSCRIPT"] {
            variables[name] = Self.hostile + " " + (variables[name] ?? "")
          }
          let call = try await scene.call("team", variables)
          try await browser.wait(for: "[data-state=ringing] .name", saying: "<img src=x")
          try await browser.wait(for: "[data-state=ringing] .why", saying: "<script>")
          #expect(try await browser.run("return document.querySelectorAll('main img, main script').length") == 0)
          #expect(try await browser.run("return document.title").string?.contains("owned") == false)
          try await browser.wait(for: ".meta", saying: "the billing team")
          try await browser.look("desk-ringing")
          try await browser.run("document.querySelector('#leave').focus(); return null")
          for _ in 1...10 where try await browser.run("return document.activeElement.id") != "decline" {
            try await browser.press(Browser.tab)
          }
          try await browser.press(Browser.enter)
          try await browser.wait(for: ".declining")
          try await browser.look("desk-decline")
          #expect(try await browser.run("return document.activeElement.id") == "reason-0")
          try await browser.press(Browser.tab)
          try await browser.press(Browser.enter)
          try await browser.wait(for: "[data-state=free]")
          _ = try await call.agent(named: "ben")
          try await call.hangUp()
          let listed = try await client.ask(.get, "/v1/transfers?limit=1").json["transfers"]?.array?.first
          let id = listed?["id"]?.string ?? ""
          let story = try scene.service.ask("show", id).joined(separator: "\n")
          #expect(story.contains("declined on the desk: wrong team"))
        }
      }
    }
  }

  @Test func factsAreCopiedTheTranscriptIsSearchedAndNothingMovesForWhomThatIsTooMuch() async throws {
    let sections = [Self.patient, APIClient.section, .person("ann", "noanswer")] + Self.facts
    try await Scene.with(sections) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await desk(of: "ann", browser, client)
          let call = try await scene.call("ann", Self.known)
          try await browser.wait(for: "[data-state=ringing] .name", saying: "Maria")
          #expect(try await browser.run(Self.whatMoves).array?.isEmpty == false, "the card of a call draws the eye")
          try await browser.devTools(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-reduced-motion", "value": "reduce"]]]
          )
          #expect(try await browser.run(Self.whatMoves) == [])

          try await browser.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
          try await browser.click(".facts button[aria-label='Copy Account']")
          try await browser.eventually("nothing is copied") {
            try await browser.run("return window.copied") == "AC/48 21"
          }
          try await browser.wait(for: ".facts button[aria-label='Copy Account']", saying: "Copied")

          try await browser.click("summary[id^=transcript]")
          try await browser.type("MARCH", into: "input[type=search]")
          try await browser.wait(for: "details [role=status]", saying: "1 found")
          let marked = try await browser.run(
            "return [...document.querySelectorAll('.transcript mark')].map((mark) => mark.textContent)"
          )
          #expect(marked == ["March"])
          try await browser.type("x", into: "input[type=search]")
          try await browser.wait(for: "details [role=status]", saying: "0 found")
          try await call.hangUp()
        }
      }
    }
  }

  private static let whatMoves = """
    return [...document.querySelectorAll('*')].filter((element) => {
      const style = getComputedStyle(element);
      return style.animationName !== 'none' || style.transitionDuration.split(', ').some((time) => parseFloat(time) > 0);
    }).map((element) => element.tagName)
    """

  @Test func twoDesksRingForOneCallerAndAKeyShowsAtOnce() async throws {
    let sections = [
      Self.patient, APIClient.section, .person("ann", "accept-1500-4000"), .person("ben", "listen-1500"),
      .group("both", "ann,ben", ["strategy": "all"]),
    ]
    try await Scene.with(sections) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(2, scene.lab) { browsers in
          try await desk(of: "ann", browsers[0], client)
          try await desk(of: "ben", browsers[1], client)
          let call = try await scene.call("both", Self.known)
          for browser in browsers { try await browser.wait(for: "[data-state=ringing] .name", saying: "Maria") }
          for browser in browsers { try await browser.wait(for: "[data-state=briefing]") }
          // Ann's key is shown at her desk as a click would be, and takes the call from Ben's.
          try await browsers[0].wait(for: "[data-state=connected]")
          try await browsers[1].wait(for: "[data-state=free]")
          #expect(try await browsers[1].text("#wrap-up") == nil)
          try await call.hangUp()
          try await browsers[0].wait(for: "#wrap-up", saying: "Maria")
          #expect(try await browsers[1].text("body")?.contains("Maria") == false)
        }
      }
    }
  }

  @Test func aRingIsHeardAndNotifiedWhileAnotherWindowIsInFront() async throws {
    try await Scene.with([Self.patient, APIClient.section, .person("ann", "noanswer")]) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await desk(of: "ann", browser, client)
          try await browser.devTools(
            "Browser.grantPermissions",
            ["permissions": ["notifications"], "origin": .string(client.url)]
          )
          try await browser.reload()
          try await browser.wait(for: "[data-state=free]")
          #expect(try await browser.run("return document.querySelector('#alerts').hidden") == true)
          // The browser's own notifications and tones, and a note of each.
          try await browser.run(
            """
            Object.defineProperty(document, 'hidden', { get: () => true });
            window.told = [];
            window.Notification = class extends Notification {
              constructor(title, options) { super(title, options); told.push(`${title}: ${options.body}`); }
              close() { super.close(); told.push('closed'); }
            };
            const make = AudioContext.prototype.createOscillator;
            AudioContext.prototype.createOscillator = function () { told.push(`tone, ${this.state}`); return make.call(this); };
            return null
            """
          )
          // Sound needs that somebody has touched the page.
          try await browser.click("#title")
          let call = try await scene.call("ann", Self.known)
          try await browser.wait(for: "[data-state=ringing] .name", saying: "Maria Santos")
          let told = try await browser.run("return told").array?.compactMap(\.string) ?? []
          #expect(told.count == 3 && told.first?.contains("Maria Santos") == true, "\(told)")
          #expect(told.count { $0 == "tone, running" } == 2, "\(told)")
          try await call.hangUp()
          try await browser.wait(for: "[data-state=free]")
          #expect(try await browser.run("return told.at(-1)") == "closed")
        }
      }
    }
  }

  @Test func linksAreUsedOnceAndEndAndTheDeskSaysSo() async throws {
    let address = Section.general(["public_url": "https://transfer.example.org"])
    try await Scene.with([address, Self.patient, APIClient.section, .person("ann", "noanswer")]) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(2, scene.lab) { browsers in
          let link = try await client.ask(.post, "/v1/agents/ann/tokens").json["path"]?.string ?? ""
          for browser in browsers { try await browser.open(client.url + link) }
          try await browsers[0].look("desk-sign-in")
          try await browsers[0].click("form button")
          try await browsers[0].wait(for: "[data-state=free]")
          try await browsers[1].click("form button")
          try await browsers[1].wait(for: "form [role=alert]", saying: "used before")
          try await browsers[1].open(client.url + "/desk#0123456789abcdef")
          try await browsers[1].wait(for: "form button:not(:disabled)")
          try await browsers[1].click("form button")
          try await browsers[1].wait(for: "form [role=alert]", saying: "used before")
          let cookie = try await browsers[0].devTools("Network.getCookies", [:])["cookies"]?.array?.first ?? .null
          #expect(cookie["name"] == "wt_desk" && cookie["httpOnly"] == true && cookie["sameSite"] == "Strict")
          #expect(try await browsers[0].run("return document.cookie") == "")
          try await forge(cookie["value"]?.string ?? "", client)
          #expect(try scene.service.ask("agents", "sign-out", "ann").first?.contains("ended") == true)
          try await browsers[0].wait(for: "#content", saying: "need a link", within: .seconds(15))
          try await browsers[0].wait(for: "#connection", saying: "Signed out")
          #expect(try await client.ask(.delete, "/v1/agents/nobody/tokens").status == 404)
          let printed = try scene.service.ask("agents", "link", "ann").first
          #expect(printed?.hasPrefix("https://transfer.example.org/desk#") == true)
        }
      }
    }
  }

  /// What another site's page could have a browser send with the cookie, if it had it.
  private func forge(_ cookie: String, _ client: APIClient) async throws {
    let own = client.url
    let attempts: [([(String, String)], Int)] = [
      ([("Origin", "https://evil.example")], 403), ([("Origin", "null")], 403), ([], 403),
      ([("Origin", own), ("Sec-Fetch-Site", "cross-site")], 403), ([("Origin", own + ".evil.example")], 403),
      ([("Origin", own)], 204),
    ]
    for (headers, status) in attempts {
      let fields = [("Cookie", "wt_desk=\(cookie)")] + headers
      let answer = try await client.ask(
        .post,
        "/desk/availability",
        ["available": true],
        token: nil,
        headers: fields
      )
      #expect(answer.status == status, "\(headers)")
    }
    // An agent's cookie opens nothing of the API, and no call of others.
    let fields = [("Cookie", "wt_desk=\(cookie); wt_board=\(cookie)")]
    #expect(try await client.ask(.get, "/v1/transfers", token: nil, headers: fields).status == 401)
    let decision: JSON = ["transfer": "abc", "decision": "accept"]
    let answer = try await client.ask(
      .post,
      "/desk/decision",
      decision,
      token: nil,
      headers: fields + [("Origin", own)]
    )
    #expect(answer.status == 409 || answer.status == 404)
  }

  @Test func aServiceThatComesBackFindsItsDesksAndTheirTabsShareAStream() async throws {
    let port = try freePort()
    let address = Section.general(["http_bind": "127.0.0.1:\(port)"])
    try await Scene.with([address, Self.patient, APIClient.section, .person("ann", "noanswer", ["language": "de"])]) {
      scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await desk(of: "ann", browser, client)
          try await browser.wait(for: "#content", saying: "Frei")
          try await browser.click("#availability")
          try await browser.wait(for: "[data-state=signedOff]", saying: "Pause")
          try await browser.openTab()
          try await browser.open(client.url + "/desk")
          try await browser.wait(for: "[data-state=signedOff]")
          let targets = try await browser.devTools("Target.getTargets", [:])["targetInfos"]?.array ?? []
          #expect(targets.count { $0["type"] == "shared_worker" } == 1)
          #expect(targets.count { $0["url"]?.string?.hasSuffix("/desk") == true } == 2)
          scene.service.crash()
          try await browser.wait(for: "#connection", saying: "neu", within: .seconds(15))
          try await browser.picture("desk-reconnecting")
          let again = try scene.service.again()
          defer { again.crash() }
          try await browser.wait(for: "#connection", saying: "Live", within: .seconds(30))
          try await browser.wait(for: "[data-state=signedOff]")
          try await browser.click("#availability")
          try await browser.wait(for: "[data-state=free]")
          try await browser.click("#leave")
          try await browser.wait(for: "#content", saying: "link")
          try await again.stop()
        }
      }
    }
  }
}
