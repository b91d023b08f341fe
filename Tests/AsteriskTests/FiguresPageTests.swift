import Foundation
import Lab
import Testing
import Transport

/// The page of the figures in a real browser, of real calls.
@Suite(.lab, .serialized) struct FiguresPageTests {
  private static let topic = "<b>billing</b> & more"

  /// One caller is connected, one finds nobody.
  private func call(_ scene: Scene) async throws {
    for name in ["ann", "team"] {
      let call = try await scene.call(name, ["WT_TOPIC": name == "ann" ? Self.topic : "team"])
      if name == "ann" {
        try await call.agent().time(of: .talking)
      } else {
        _ = try await call.returned()
      }
      try await call.hangUp()
      _ = try await call.ended()
    }
  }

  @Test func theFiguresOfRealCallsAreDrawnAndListed() async throws {
    let sections = [
      APIClient.section, .person("ann", "accept-200-500", ["name": "Ann Lee"]), .person("ben", "busy"),
      .group("team", "ben", ["name": "the billing team"]),
    ]
    try await Scene.with(sections) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await call(scene)
          #expect(try await client.ask(.post, "/v1/calls", ["count": 8]).status == 204)
          try await browser.open(client.url + "/figures")
          try await browser.wait(for: "form", saying: "Sign in")
          try await browser.look("figures-sign-in")
          try await browser.type(APIClient.token, into: "#token")
          try await browser.click("form button")
          try await browser.wait(for: "main", saying: "2 transfers")
          try await browser.wait(for: ".tiles", saying: "25 %")
          #expect(try await browser.run("return document.querySelectorAll('.charts svg').length") == 8)
          try await browser.look("figures")
          // By keyboard, as anywhere.
          try await browser.click("nav[aria-label='Figures by'] li:nth-child(3) a")
          try await browser.wait(for: "[aria-current=page][href*=topic]")
          try await browser.wait(for: "#abandonment + p + div", saying: Self.topic)
          try await browser.wait(for: "#abandonment + p + div", saying: "the billing team")
          #expect(try await browser.run("return document.querySelectorAll('main b').length") == 0)
          try await browser.click("section:last-of-type summary")
          try await browser.look("figures-by-topic")
          try await browser.click("nav[aria-label='Figures by'] li:nth-child(2) a")
          try await browser.wait(for: "#handle-time + p + div", saying: "Ann Lee")
          try await browser.click("nav[aria-label=Pages] a[href='/']")
          try await browser.wait(for: "#connection", saying: "Live")
          try await browser.click("nav[aria-label=Pages] a[href='/figures']")
          try await browser.wait(for: "main", saying: "2 transfers")
          try await browser.click("#leave")
          try await browser.wait(for: "form", saying: "Sign in")
          #expect(try await browser.text("main")?.contains("transfers") == false)
        }
      }
    }
  }
}
