import Testing
import Transfer
import Transport
import WebStage

@testable import Web

/// What browsers are sent, and what is taken from them.
@Suite struct PageTests {
  private static let own = [(name: "host", value: "pbx:8090"), (name: "origin", value: "http://pbx:8090")]

  private func post(
    _ path: String,
    _ body: String,
    to stage: Stage,
    cookie: String? = nil,
    headers: [(name: String, value: String)] = own
  ) async -> Stage.Answer {
    let fields = headers + [(name: "content-type", value: "application/json")]
    return await stage.ask("POST", path, body: body, token: nil, headers: fields + cookies(cookie))
  }

  private func cookies(_ cookie: String?) -> [(name: String, value: String)] {
    cookie.map { [(name: "cookie", value: $0)] } ?? []
  }

  private func given(_ answer: Stage.Answer) -> String? {
    answer.headers["set-cookie"]?.split(separator: ";").first.map(String.init)
  }

  @Test(arguments: PageFile.all.map(\.path))
  func everyFileIsThereAndMayLoadNothingFromElsewhere(_ path: String) async throws {
    let answer = await Stage().ask("GET", path.replacing("{id}", with: "t0"), token: nil)
    #expect(answer.status == 200 && answer.bytes.count > 100)
    let policy = try #require(answer.headers["content-security-policy"])
    #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("unsafe"))
    #expect(answer.headers["x-content-type-options"] == "nosniff")
    #expect(answer.headers["referrer-policy"] == "no-referrer")
    let text = String(decoding: answer.bytes, as: UTF8.self)
    #expect(!text.contains("innerHTML") && !text.contains("insertAdjacent") && !text.contains("document.write"))
    guard answer.headers["content-type"]?.hasPrefix("text/html") == true else { return }
    #expect(!text.contains("<style") && text.firstMatch(of: #/\son\w+=|style=|<script(?! type="module" src)/#) == nil)
    for match in text.matches(of: #/(?:src|href)="(\/assets\/[^"]+)"/#) {
      let asset = String(match.output.1)
      #expect(await Stage().ask("GET", asset, token: nil).status == 200, "\(asset)")
    }
  }

  @Test func aLinkBecomesACookieThatNoScriptReads() async throws {
    let stage = Stage()
    let link = try await stage.desk.makeLink(for: "alice").secret
    let answer = await post("/session", #"{"link": "\#(link)"}"#, to: stage)
    #expect(answer.status == 200 && answer.json?["agent"] == "alice")
    let attributes = try #require(answer.headers["set-cookie"])
    for attribute in ["wt_desk=", "HttpOnly", "SameSite=Strict", "Path=/"] { #expect(attributes.contains(attribute)) }
    #expect(!attributes.contains("Secure"))
    #expect(await post("/session", #"{"link": "\#(link)"}"#, to: stage).code == "unknown_link")
    let secure = [(name: "host", value: "pbx"), (name: "origin", value: "https://pbx")]
    let other = try await stage.desk.makeLink(for: "alice").secret
    let overTLS = await post("/session", #"{"link": "\#(other)"}"#, to: stage, headers: secure)
    #expect(overTLS.headers["set-cookie"]?.hasSuffix("; Secure") == true)
    let session = await stage.ask("GET", "/session", token: nil, headers: cookies(given(answer)))
    #expect(session.json?["desk"]?["agent"] == "alice" && session.json?["board"]?.isNull == true)
  }

  @Test(arguments: [
    [], [("origin", "https://evil.example")], [("origin", "null")], [("origin", "http://pbx:8090.evil.example")],
    [("origin", "http://pbx:8090"), ("sec-fetch-site", "cross-site")],
    [("origin", "http://pbx:8090"), ("sec-fetch-site", "same-site")],
  ])
  func whatAnotherSiteSendsIsRefused(_ headers: [(String, String)]) async throws {
    let stage = Stage()
    let fields = [(name: "host", value: "pbx:8090")] + headers.map { (name: $0.0, value: $0.1) }
    for path in ["/session", "/session/end", "/desk/decision", "/desk/availability", "/desk/wrap-up"] {
      #expect(await post(path, "{}", to: stage, headers: fields).code == "cross_origin_request", "\(path)")
    }
    let form = [(name: "content-type", value: "text/plain")] + Self.own
    let answer = await stage.ask("POST", "/desk/availability", body: "{}", token: nil, headers: form)
    #expect(answer.code == "cross_origin_request")
  }

  @Test func anAgentsOrdersAreTheirOwn() async throws {
    let stage = Stage()
    let link = try await stage.desk.makeLink(for: "alice").secret
    let cookie = try #require(given(await post("/session", #"{"link": "\#(link)"}"#, to: stage)))
    let id = try #require(TransferID("t0"))
    let orders: [(String, String, DeskOrder)] = [
      ("decision", #"{"transfer": "t0", "decision": "accept"}"#, .accept(id)),
      ("decision", #"{"transfer": "t0", "decision": "repeat"}"#, .hearAgain(id)),
      ("decision", #"{"transfer": "t0", "decision": "decline", "reason": "no"}"#, .decline(id, reason: "no")),
      ("availability", #"{"available": false}"#, .setAvailable(false)),
      ("wrap-up", #"{"transfer": "t0", "result": "resolved", "note": "n"}"#, .wrapUp(id, .resolved, note: "n")),
      ("wrap-up", #"{"transfer": "t0", "result": null}"#, .wrapUp(id, nil, note: "")),
    ]
    for (path, body, _) in orders {
      #expect(await post("/desk/\(path)", body, to: stage, cookie: cookie).status == 204, "\(body)")
      #expect(await post("/desk/\(path)", body, to: stage).code == "sign_in_needed")
    }
    #expect(await stage.desk.deskOrders.map(\.order) == orders.map(\.2))
    #expect(await stage.desk.deskOrders.allSatisfy { $0.agent == "alice" })
    let long = String(repeating: "x", count: 201)
    let body = #"{"transfer": "t0", "decision": "decline", "reason": "\#(long)"}"#
    #expect(await post("/desk/decision", body, to: stage, cookie: cookie).status == 422)
    for path in ["/v1/transfers", "/v1/agents", "/v1/events"] {
      let fields = cookies(cookie) + cookies(cookie.replacing("wt_desk", with: "wt_board"))
      #expect(await stage.ask("GET", path, token: nil, headers: fields).status == 401, "\(path)")
    }
  }

  @Test func aTokensBrowserMayWhatTheTokenMayButNotListenForEver() async throws {
    let stage = Stage()
    #expect(await post("/session", #"{"token": "wrong"}"#, to: stage).code == "unknown_token")
    let answer = await post("/session", #"{"token": "read"}"#, to: stage)
    let cookie = try #require(given(answer))
    #expect(answer.json?["scopes"] == ["read"] && cookie.hasPrefix("wt_board="))
    #expect(await stage.ask("GET", "/v1/agents", token: nil, headers: cookies(cookie)).status == 200)
    #expect(await stage.ask("GET", "/v1/events", token: nil, headers: cookies(cookie)).status == 401)
    let sent = await post("/v1/transfers", #"{"channel": "c"}"#, to: stage, cookie: cookie)
    #expect(sent.code == "scope_missing")
    let forged = await post("/v1/transfers", #"{"channel": "c"}"#, to: stage, cookie: cookie, headers: [])
    #expect(forged.code == "cross_origin_request")
    #expect(await post("/session/end", #"{"kind": "board"}"#, to: stage, cookie: cookie).status == 204)
    #expect(await stage.ask("GET", "/v1/agents", token: nil, headers: cookies(cookie)).status == 401)
  }

  @Test func whatHappensIsToldToThoseWhoAreSignedIn() async throws {
    #expect(await Stage().ask("GET", "/live", token: nil).code == "sign_in_needed")
    let whole = LiveUpdate(isWhole: true, revision: 3, now: 7, items: ["a": ["b": "c\n\nd"]])
    #expect(
      whole.text
        == "event: snapshot\ndata: {\"items\":{\"a\":{\"b\":\"c\\n\\nd\"}},\"now\":7,\"removed\":[],\"revision\":3}\n\n"
    )
    let nothing = LiveUpdate(isWhole: false, revision: 3, now: 8, items: [:])
    #expect(nothing.text == "event: alive\ndata: {\"now\":8,\"revision\":3}\n\n")
  }
}
