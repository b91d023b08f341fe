import Foundation
import Lab
import Testing
import Transport

/// A headless Chromium with one window, as a person has it: what is clicked is clicked where it is seen.
struct Browser: Sendable {
  private static let elementKey = "element-6066-11e4-a52e-4f735466cecf"

  /// In pixels of CSS.
  enum Width: Int, CaseIterable { case narrow = 320, wide = 1280 }

  private let driver: String
  private let session: String
  private let http: HTTPClient
  /// Where pictures are left.
  private let folder: URL

  /// Each a browser of its own, with cookies of its own.
  static func with<R>(_ count: Int = 1, _ lab: Lab, _ body: ([Browser]) async throws -> R) async throws -> R {
    let driver = try await ChromeDriver.start(in: lab.files)
    defer { driver.stop() }
    var configuration = HTTPClient.Configuration()
    configuration.timeout = .seconds(60)
    return try await HTTPClient.withClient(configuration) { http in
      var browsers: [Browser] = []
      for _ in 0..<count { browsers.append(try await start(driver.url, http, Self.pictures(of: lab))) }
      do {
        let result = try await body(browsers)
        for browser in browsers { try await browser.close() }
        return result
      } catch {
        for (number, browser) in browsers.enumerated() { try await browser.picture("failed-\(number)") }
        for browser in browsers { try await browser.close() }
        throw error
      }
    }
  }

  /// With WARM_TRANSFER_PICTURES they outlive the lab.
  private static func pictures(of lab: Lab) throws -> URL {
    let kept = ProcessInfo.processInfo.environment["WARM_TRANSFER_PICTURES"].map { URL(fileURLWithPath: $0) }
    let folder = kept ?? lab.files.appendingPathComponent("pictures")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private static func start(_ driver: String, _ http: HTTPClient, _ folder: URL) async throws -> Browser {
    let arguments: [JSON] = [
      "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-device-scale-factor=1",
      "--autoplay-policy=no-user-gesture-required",
    ]
    let capabilities: JSON = [
      "capabilities": ["alwaysMatch": ["browserName": "chrome", "goog:chromeOptions": ["args": .array(arguments)]]]
    ]
    let answer = try await send(.post, driver + "/session", capabilities, http)
    let session: String = try #require(answer["sessionId"]?.string, "\(answer.serialized())")
    let browser = Browser(driver: driver, session: session, http: http, folder: folder)
    try await browser.show(.wide)
    return browser
  }

  private func close() async throws { _ = try await ask(.delete, "") }

  // MARK: What a person does

  func open(_ url: String) async throws { _ = try await ask(.post, "/url", ["url": .string(url)]) }
  func reload() async throws { _ = try await ask(.post, "/refresh", [:]) }

  /// Once it can be.
  func click(_ css: String) async throws {
    try await eventually("\(css) cannot be clicked") {
      _ = try await ask(.post, "/element/\(element(css))/click", [:])
      return true
    }
  }

  /// Once it is there.
  func type(_ text: String, into css: String) async throws {
    try await wait(for: css)
    _ = try await ask(.post, "/element/\(element(css))/value", ["text": .string(text)])
  }

  /// Whatever has the focus gets it.
  func press(_ keys: String) async throws {
    let actions = keys.flatMap { key -> [JSON] in
      ["keyDown", "keyUp"].map { ["type": .string($0), "value": .string(String(key))] }
    }
    _ = try await ask(.post, "/actions", ["actions": [["type": "key", "id": "keyboard", "actions": .array(actions)]]])
  }

  static let tab = "\u{E004}"
  static let enter = "\u{E007}"

  /// Another tab of the same browser, in front.
  func openTab() async throws {
    let handle = try await ask(.post, "/window/new", ["type": "tab"])["handle"] ?? .null
    _ = try await ask(.post, "/window", ["handle": handle])
  }

  // MARK: What they see

  /// The text of what this finds, as it can be read; nil where there is none.
  func text(_ css: String) async throws -> String? {
    try await run(
      "const found = document.querySelector(arguments[0]); return found && (found.innerText ?? found.textContent)",
      .string(css)
    )
    .string
  }

  func wait(for css: String, saying words: String = "", within limit: Duration = .seconds(10)) async throws {
    try await eventually("\(css) does not say '\(words)'", within: limit) {
      try await text(css).map { words.isEmpty || $0.contains(words) } ?? false
    }
  }

  func waitUntilGone(_ css: String, within limit: Duration = .seconds(10)) async throws {
    try await eventually("\(css) is still there", within: limit) { try await text(css) == nil }
  }

  @discardableResult
  func run(_ script: String, _ arguments: JSON...) async throws -> JSON {
    try await ask(.post, "/execute/sync", ["script": .string(script), "args": .array(arguments)])
  }

  /// What comes of this promise.
  func promised(_ promise: String) async throws -> JSON {
    let script = "const done = arguments[0]; Promise.resolve(\(promise)).then(done, (error) => done(String(error)))"
    return try await ask(.post, "/execute/async", ["script": .string(script), "args": []])
  }

  // MARK: How it looks

  func show(_ width: Width, isDark: Bool = false, height: Int = 900) async throws {
    try await devTools(
      "Emulation.setDeviceMetricsOverride",
      [
        "width": .integer(Int64(width.rawValue)), "height": .integer(Int64(height)), "deviceScaleFactor": 1,
        "mobile": false,
      ]
    )
    let scheme: JSON = ["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]
    try await devTools("Emulation.setEmulatedMedia", ["features": [scheme]])
  }

  /// At both widths, light and dark; nothing may be wider than the window, and no rule of axe-core may be broken.
  func look(_ name: String) async throws {
    for width in Width.allCases {
      for isDark in [false, true] {
        try await show(width, isDark: isDark)
        // A bar to scroll by takes its part of the window.
        let surplus =
          try await run(
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
          )
          .integer ?? 1
        #expect(surplus <= 0, "\(name) is \(surplus) pixels too wide at \(width.rawValue)")
        try await picture("\(name)-\(width.rawValue)-\(isDark ? "dark" : "light")")
        let violations = try await violations()
        #expect(violations == [], "\(name) at \(width.rawValue), \(isDark ? "dark" : "light")")
      }
    }
    try await show(.wide)
  }

  func picture(_ name: String) async throws {
    let shot = try await devTools("Page.captureScreenshot", ["captureBeyondViewport": true])
    let bytes: Data = try #require(shot["data"]?.string.flatMap { Data(base64Encoded: $0) })
    try bytes.write(to: folder.appendingPathComponent(name + ".png"))
  }

  /// Of the page's accessibility, by axe-core: which rule, and where.
  private func violations() async throws -> [String] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../.build/browser/axe_core_python/axe.min.js")
    let source = try String(contentsOf: file, encoding: .utf8)
    try await run("if (!window.axe) { (0, eval)(arguments[0]) }; return null", .string(source))
    let found = try await ask(
      .post,
      "/execute/async",
      [
        "script":
          "const done = arguments[0]; axe.run().then((r) => done(r.violations), (e) => done([{ id: String(e) }]))",
        "args": [],
      ]
    )
    return (found.array ?? []).map { violation in
      let places = (violation["nodes"]?.array ?? []).prefix(3).map { node in
        let why = node["any"]?.array?.first?["message"]?.string ?? ""
        return "\(node["html"]?.string?.prefix(120) ?? "") \(why)"
      }
      return "\(violation["id"]?.string ?? ""): \(places.joined(separator: " | "))"
    }
  }

  /// As when the network is gone, or the service.
  func setOffline(_ isOffline: Bool) async throws {
    try await devTools("Network.enable", [:])
    try await devTools(
      "Network.emulateNetworkConditions",
      ["offline": .bool(isOffline), "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1]
    )
  }

  @discardableResult
  func devTools(_ command: String, _ parameters: JSON) async throws -> JSON {
    try await ask(.post, "/goog/cdp/execute", ["cmd": .string(command), "params": parameters])
  }

  // MARK: The wire

  private func element(_ css: String) async throws -> String {
    let found = try await ask(.post, "/element", ["using": "css selector", "value": .string(css)])
    return try #require(found[Self.elementKey]?.string, "there is no \(css)")
  }

  private func ask(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws -> JSON {
    try await Self.send(method, "\(driver)/session/\(session)\(path)", body, http)
  }

  private struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static func send(
    _ method: HTTPMethod,
    _ url: String,
    _ body: JSON?,
    _ http: HTTPClient
  ) async throws -> JSON {
    let response = try await http.send(
      HTTPRequest(
        method: method,
        url: url,
        headers: body == nil ? [] : [("Content-Type", "application/json")],
        body: body.map { Array($0.serialized().utf8) }
      )
    )
    let value = try JSON(parsing: response.body)["value"] ?? .null
    guard response.status == 200 else {
      throw Failure(description: "\(value["error"]?.string ?? "") \(value["message"]?.string?.prefix(300) ?? "")")
    }
    return value
  }

  /// Tries again what has not come yet.
  func eventually(
    _ complaint: String,
    within limit: Duration = .seconds(10),
    _ body: () async throws -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + limit
    var last = ""
    while ContinuousClock.now < deadline {
      do {
        if try await body() { return }
      } catch {
        last = "\(error)"
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    let page = try await text("body") ?? ""
    throw LabError(.timedOut, "\(complaint) \(last); the page says: \(page.prefix(1_500))")
  }
}
