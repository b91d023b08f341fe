import Foundation
import Lab
import Testing
import Transport

/// The playground in a real browser.
@Suite(.lab, .serialized) struct PlaygroundPageTests {
  /// Made-up people take some seconds to pick up.
  private static let patient = Section.transfer([
    "ring_timeout": "25", "accept_timeout": "20", "hold_timeout": "90", "merge_prompt": "Connecting you now.",
    "briefing": "A call[ from {caller_name}]. [{summary}] Press {accept_digits}.",
  ])
  private static let pasted = """
    [general]
    ari_password = x
    [transfer]
    announcement = One moment.
    [nora]
    type = target
    dial = PJSIP/nora
    [otto]
    type = target
    dial = PJSIP/otto
    [night]
    type = group
    members = nora,otto
    """

  private func set(_ css: String, _ value: String, _ browser: Browser) async throws {
    try await browser.run(
      """
      const found = document.querySelector(arguments[0]);
      found.value = arguments[1];
      found.dispatchEvent(new Event('change', { bubbles: true }));
      return null
      """,
      .string(css),
      .string(value)
    )
  }

  private func play(_ browser: Browser) async throws {
    try await browser.click("#try")
    try await browser.eventually("the simulation does not end", within: .seconds(30)) {
      try await browser.run("return !document.querySelector('#try').disabled") == true
    }
  }

  @Test func callsAreTriedOnTheRunningConfAndOnAPastedText() async throws {
    try await Scene.with([Self.patient, APIClient.section, .person("ann", "noanswer")]) { scene in
      try await APIClient.with(scene) { client in
        try await Browser.with(1, scene.lab) { browsers in
          let browser = browsers[0]
          try await browser.open(client.url + "/playground")
          try await browser.type(APIClient.token, into: "#token")
          try await browser.click("form button")
          try await browser.wait(for: "#result", saying: "Nobody is called")
          try await browser.type("ann", into: "#target")
          try await browser.type("Maria <b>Santos</b>", into: "#caller_name")
          try await browser.type("Was charged twice.", into: "#summary")
          try await browser.type("tier=<i>gold</i>", into: "#facts")
          try await play(browser)
          try await browser.wait(for: "#said", saying: "Connected")
          try await browser.wait(for: "#result", saying: "WT_RESULT")
          try await browser.wait(for: "#result", saying: "Maria <b>Santos</b>")
          #expect(try await browser.run("return document.querySelectorAll('main b, main i').length") == 0)
          #expect(try await browser.run("return document.querySelectorAll('.picture .talk-phase').length") == 1)
          #expect(
            try await browser.run("return document.querySelectorAll('.picture .speech').length").integer ?? 0 >= 2
          )
          let length = try await browser.promised(
            """
            (async () => { const sound = document.querySelectorAll('audio')[1]; sound.muted = true; await sound.play();
            return sound.duration; })()
            """
          )
          #expect(length.number ?? 0 > 5, "\(length)")
          try await browser.look("playground")
          try await tryAPastedText(browser)
        }
      }
    }
  }

  private func tryAPastedText(_ browser: Browser) async throws {
    try await browser.click("#from-pasted")
    try await set("#conf", Self.pasted + "\ncolour = red", browser)
    try await play(browser)
    try await browser.wait(for: "#result [role=alert]", saying: "pasted.conf:14")
    try await browser.look("playground-mistake")
    try await set("#conf", Self.pasted, browser)
    try await browser.run("document.querySelector('#target').value = 'night'; return null")
    try await set("#scenario", "1", browser)
    try await play(browser)
    try await browser.wait(for: "#result", saying: "otto")
    try await browser.wait(for: "#result", saying: "is busy")
    try await set("#scenario", "11", browser)
    try await browser.run("document.querySelector('#answer').value = 'machine'; return null")
    try await play(browser)
    try await browser.wait(for: "#said", saying: "A machine answered")
    try await browser.wait(for: "#result", saying: "RETURNED")
  }
}
