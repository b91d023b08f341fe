import Foundation
import Lab
import TestSupport
import Testing
import Transport

/// What is asked on the web while the caller hears music: who is rung, and what the person is told.
@Suite(.lab, .serialized) struct OutsideTests {
  private typealias Answer = @Sendable (ServerConnection, ServerRequest) throws -> Void

  private func serving<R>(_ answer: @escaping Answer, _ body: (LoopbackServer) async throws -> R) async throws -> R {
    try await LoopbackServer.run(script: { try answer($0, try $0.readRequest()) }, body)
  }

  private func rule(asking server: LoopbackServer, _ keys: KeyValuePairs<String, String>) -> Section {
    .section("outside", [("type", "rule"), ("dispatch_url", server.url("http", "/dispatch"))] + keys.map { ($0, $1) })
  }

  @Test func theDispatcherNamesWhoIsRung() async throws {
    let answer: Answer = { connection, request in
      let isAnn = try JSON(parsing: request.body)["topic"]?.string == "billing"
      try connection.respond(body: isAnn ? #"{"target": "ann"}"# : #"{"target": "nobody-we-know"}"#)
    }
    try await serving(answer) { server in
      try await Scene.with(
        rule(asking: server, ["target": "ben"]),
        .person("ann", "accept-fast-300-500"),
        .person("ben", "accept-fast-300-500")
      ) { scene in
        for (topic, name) in [("billing", "ann"), ("else", "ben")] {
          let call = try await scene.lab.call(variables: ["WT_TOPIC": topic])
          let phone = try await call.agent(named: name)
          try await phone.time(of: .talking, within: .seconds(20))
          try await Task.sleep(for: .milliseconds(500))
          try await phone.hangUp()
          try await call.back().expect("CONNECTED", "COMPLETED", of: name, heard: .heldAndJoined)
        }
      }
    }
  }

  @Test func aDispatcherThatStallsCostsTheCallerNoSound() async throws {
    try await serving({ connection, _ in connection.waitForClose() }) { server in
      try await Scene.with(
        rule(asking: server, ["target": "ben"]),
        .person("ben", "accept-fast-300-500")
      ) { scene in
        let call = try await scene.lab.call()
        let phone = try await call.agent(named: "ben")
        try await phone.time(of: .talking, within: .seconds(20))
        try await Task.sleep(for: .milliseconds(500))
        try await phone.hangUp()
        try await call.back().expect("CONNECTED", "COMPLETED", of: "ben", heard: .heldAndJoined)
      }
    }
  }

  @Test func aDispatcherMayRefuse() async throws {
    try await serving({ connection, _ in try connection.respond(body: #"{"refuse": "We are closed."}"#) }) { server in
      try await Scene.with(
        rule(asking: server, ["target": "ben"]),
        .person("ben", "accept-fast-300-500")
      ) { scene in
        try await scene.lab.call().back()
          .expect("RETURNED", "NOTARGET", of: "", heard: .toldAtOnce, waited: 0...1)
      }
    }
  }

  /// The phone rings for two seconds: the first model answers in time, the second only after that.
  @Test(arguments: [(0.2, "The model says this."), (4.0, "As it was given.")])
  func theModelsSummaryIsToldWhenItComesInTime(_ delay: Double, _ words: String) async throws {
    let answer: Answer = { connection, _ in
      Thread.sleep(forTimeInterval: delay)
      try connection.respond(body: #"{"choices": [{"message": {"content": "The model says this."}}]}"#)
    }
    try await serving(answer) { server in
      try await Scene.with(
        .section("writer", [("type", "model"), ("model", "small"), ("url", server.url("http", "/chat"))]),
        .person("ann", "accept-fast-2000-1500", ["briefing": "{summary}"])
      ) { scene in
        let call = try await scene.call("ann", ["WT_SUMMARY": "As it was given."])
        let phone = try await call.agent(named: "ann")
        try await phone.time(of: .talking, within: .seconds(20))
        try await Task.sleep(for: .milliseconds(500))
        try await phone.hangUp()
        let outcome = try await call.back().outcome
        let story = try scene.service.ask("show", outcome.transferID)
        let heard = story.filter { $0.contains("person 1") && $0.contains(" hears ") }
        #expect(heard.count == 1 && heard[0].hasSuffix("hears \"\(words)\""), "\(story.joined(separator: "\n"))")
      }
    }
  }
}
