import Settings
import TestSupport
import Testing
import Transfer
import Transport

@testable import WarmTransfer

/// What is asked on the web, and answered by servers that fail, stall and lie.
private enum Outside {
  static func with<R>(
    _ answer: @escaping @Sendable (ServerConnection, ServerRequest) throws -> Void,
    _ body: (HTTPClient, String) async throws -> R
  ) async throws -> R {
    try await LoopbackServer.run(script: { try answer($0, try $0.readRequest()) }) { server in
      try await HTTPClient.withClient { try await body($0, server.url("http", "/ask")) }
    }
  }
}

@Suite struct DispatcherClientTests {
  private static let conf = """
    [general]
    ari_password = x
    [alice]
    type = target
    dial = PJSIP/alice
    [support]
    type = group
    members = alice
    [bob]
    type = target
    dial = PJSIP/bob
    enabled = no
    [dora]
    type = target
    dial = PJSIP/dora
    require_caller_id = yes
    """

  private static func settings() throws -> Settings {
    let files = ConfFiles(read: { _, _ throws(ConfFiles.ReadError) in Array(conf.utf8) }, expand: { [$0] })
    return try Settings.load("/etc/asterisk/warm_transfer.conf", from: files)
  }

  private static func ask(
    answering status: Int = 200,
    _ body: String,
    dialling pattern: DialPattern? = nil
  ) async throws -> DispatchAnswer {
    try await Outside.with({ connection, _ in try connection.respond(status, body: body) }) { http, url in
      let dispatcher = DispatchRule.Dispatcher(
        url: url,
        timeout: .seconds(5),
        spokenName: "a colleague",
        dialPattern: pattern
      )
      return await DispatcherClient(http: http).ask(
        dispatcher,
        about: try Sample.request(),
        try Self.settings(),
        at: WallTime(milliseconds: 1_700_000_000_000)
      )
    }
  }

  @Test(arguments: [#"{"target": "alice"}"#, #"{"group": "support"}"#])
  func aNameOfTheConfFileIsRung(_ body: String) async throws {
    guard case .ring(let party, let facts) = try await Self.ask(body) else {
      Issue.record("nobody is rung")
      return
    }
    #expect(party.targets.contains { $0.name == "alice" })
    #expect(facts.isEmpty)
  }

  @Test(arguments: ["bob", "dora"])
  func whoMustNotBeRungIsNotRungForAServerEither(_ name: String) async throws {
    guard case .failed(let reason) = try await Self.ask(#"{"target": "\#(name)"}"#) else {
      Issue.record("\(name) is rung")
      return
    }
    #expect(reason.contains("may be rung"))
  }

  @Test func factsComeWithTheName() async throws {
    let answer = try await Self.ask(#"{"target": "alice", "facts": {"tier": "gold", "open": 3}}"#)
    guard case .ring(_, let facts) = answer else {
      Issue.record("nobody is rung")
      return
    }
    #expect(facts.map(\.name) == ["open", "tier"])
    #expect(facts.map(\.value) == ["3", "gold"])
  }

  @Test func aRefusalIsOneLineOfText() async throws {
    #expect(try await Self.ask(#"{"refuse": "We are\nclosed."}"#) == .refuse("We are closed."))
  }

  @Test(
    arguments: [
      #"{"target": "mallory"}"#, #"{"group": "mallory"}"#, #"{"target": 7}"#, "{}", "[]", "null", "no JSON at all", "",
      #"{"dial": "PJSIP/+15551234@trunk"}"#, #"{"target": "alice", "dial": "Local/s@inbound"}"#,
    ]
  )
  func whatTheConfFileDoesNotHaveIsNobody(_ body: String) async throws {
    guard case .failed = try await Self.ask(body) else {
      Issue.record("\(body) was taken")
      return
    }
  }

  @Test(arguments: [400, 404, 500, 302])
  func noAnswerIsOne(_ status: Int) async throws {
    #expect(try await Self.ask(answering: status, #"{"target": "alice"}"#) == .failed("HTTP \(status)"))
  }

  @Test func aDialStringComesInOnlyByThePattern() async throws {
    let pattern = DialPattern("PJSIP/*@trunk")
    let answer = try await Self.ask(#"{"dial": "PJSIP/+15551234@trunk", "name": "the depot"}"#, dialling: pattern)
    guard case .ring(let party, _) = answer else {
      Issue.record("nobody is rung")
      return
    }
    #expect(party.targets.map(\.dialString) == ["PJSIP/+15551234@trunk"])
    #expect(party.spokenName == "the depot")
    guard case .failed = try await Self.ask(#"{"dial": "PJSIP/x&Local/s@evil@trunk"}"#, dialling: pattern) else {
      Issue.record("a dial string was taken that the pattern does not allow")
      return
    }
  }

  @Test func silenceIsWaitedForNoLongerThanTheTimeout() async throws {
    let answer = try await Outside.with({ connection, _ in connection.waitForClose() }) { http, url in
      await DispatcherClient(http: http).ask(
        DispatchRule.Dispatcher(url: url, timeout: .milliseconds(100)),
        about: try Sample.request(),
        try Self.settings(),
        at: WallTime(milliseconds: 0)
      )
    }
    guard case .failed(let reason) = answer else {
      Issue.record("silence was an answer")
      return
    }
    #expect(reason.hasPrefix("timedOut"))
  }

  @Test func theQuestionIsSignedAndTellsWhatIsKnown() async throws {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    let key = try #require(Secrets.bytes(base64: String(secret.dropFirst(6))))
    let answer = try await Outside.with({ connection, request in
      let header = { (name: String) in request.headers[name] ?? "" }
      let signed = Array("\(header("webhook-id")).\(header("webhook-timestamp")).".utf8) + request.body
      let isSigned = header("webhook-signature") == "v1," + Secrets.base64(Secrets.hmacSHA256(signed, key: key))
      let knows = (try JSON(parsing: request.body))["caller_number"]?.string == "+15551234"
      try connection.respond(body: isSigned && knows ? #"{"target": "alice"}"# : "{}")
    }) { http, url in
      await DispatcherClient(http: http).ask(
        DispatchRule.Dispatcher(url: url, timeout: .seconds(5), secret: Secret(secret)),
        about: try Sample.request(),
        try Self.settings(),
        at: WallTime(milliseconds: 1_700_000_000_000)
      )
    }
    guard case .ring = answer else {
      Issue.record("\(answer)")
      return
    }
  }
}

@Suite struct SummaryClientTests {
  private static func summary(answering status: Int = 200, _ body: String) async throws -> TransferEvent {
    try await Outside.with({ connection, _ in try connection.respond(status, body: body) }) { http, url in
      var model = SummaryModel()
      model.url = url
      model.timeout = .seconds(5)
      return await SummaryClient(http: http).summary(for: try Sample.request(), by: model)
    }
  }

  @Test func theModelsWordsAreOneLine() async throws {
    let body = #"{"choices": [{"message": {"content": " Jane wants\n her money back.\u0007 "}}]}"#
    #expect(try await Self.summary(body) == .summarized("Jane wants her money back."))
  }

  @Test(arguments: ["", "{}", #"{"choices": []}"#, #"{"choices": [{"message": {"content": ""}}]}"#, "oops"])
  func anythingElseIsNoSummary(_ body: String) async throws {
    guard case .summaryFailed = try await Self.summary(body) else {
      Issue.record("\(body) was a summary")
      return
    }
  }

  @Test func anErrorIsNoSummary() async throws {
    let body = #"{"choices": [{"message": {"content": "Hello."}}]}"#
    #expect(try await Self.summary(answering: 429, body) == .summaryFailed("HTTP 429"))
  }
}

@Suite struct DialPatternTests {
  @Test(arguments: [
    ("PJSIP/+15551234@trunk", true), ("PJSIP/5551234@trunk", true), ("PJSIP/@trunk", false), ("PJSIP/1@trunk", false),
    ("PJSIP/++15551234@trunk", false), ("PJSIP/555-1234@trunk", false), ("PJSIP/٣٤٥٦@trunk", false),
    ("PJSIP/5551234@trunk&Local/s@evil", false), ("pjsip/5551234@trunk", false),
    ("PJSIP/123456789012345678901@trunk", false), ("", false),
  ])
  func aStarIsATelephoneNumber(_ dialString: String, _ fits: Bool) throws {
    #expect(try #require(DialPattern("PJSIP/*@trunk")).matches(dialString) == fits)
  }

  @Test(arguments: ["PJSIP/alice", "*", "PJSIP/*@*", ""])
  func aPatternHasOneStar(_ text: String) {
    #expect(DialPattern(text) == nil)
  }
}
