import Foundation
import Settings
import Synchronization
import TestSupport
import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

/// Servers that are no Asterisk, or none that can be relied on.
@Suite struct ExaminationTests {
  private static func picture(
    targets: Int = 1,
    _ script: @escaping LoopbackServer.Script
  ) async throws -> Result<AsteriskPicture, ARIError> {
    try await LoopbackServer.run(script: script) { server in
      let targets = (0..<targets).map { "[t\($0)]\ntype = target\ndial = PJSIP/t\($0)\n" }.joined()
      let conf =
        "[general]\nari_password = x\nari_url = http://127.0.0.1:\(server.port)\nsounds_dir = /nowhere\n" + targets
      let files = ConfFiles(read: { _, _ throws(ConfFiles.ReadError) in Array(conf.utf8) }, expand: { [$0] })
      let settings = try Settings.load("/etc/asterisk/warm_transfer.conf", from: files)
      var connections = HTTPClient.Configuration()
      connections.timeout = .milliseconds(300)
      return try await HTTPClient.withClient(connections) { http in
        do throws(ARIError) {
          return .success(try await AsteriskExamination.picture(of: settings, over: http))
        } catch {
          return .failure(error)
        }
      }
    }
  }

  private static func kind(_ script: @escaping LoopbackServer.Script) async throws -> ARIError.Kind? {
    guard case .failure(let error) = try await picture(script) else { return nil }
    return error.kind
  }

  @Test func howAServerMayFail() async throws {
    #expect(try await Self.kind { $0.waitForClose() } == .unanswered(.timedOut))
    #expect(try await Self.kind { try $0.write("220 mail ESMTP\r\n") } != nil)
    #expect(
      try await Self.kind {
        _ = try $0.readRequest(); try $0.respond(401, body: "{}")
      } == .unauthorized
    )
    #expect(
      try await Self.kind {
        _ = try $0.readRequest(); try $0.respond(404, body: "{}")
      } == .notFound
    )
    #expect(
      try await Self.kind {
        _ = try $0.readRequest(); try $0.respond(body: "<html>")
      } == .unreadable(status: 200)
    )
  }

  /// It says who it is, and from then on nothing at all: nobody waits for each of a thousand questions.
  @Test func anAsteriskThatStopsAnsweringIsNotAskedOn() async throws {
    let asked = Mutex(0)
    let result = try await Self.picture(targets: 1_000) { connection in
      while true {
        let request = try connection.readRequest()
        asked.withLock { $0 += 1 }
        guard request.path.contains("/asterisk/info") else { return connection.waitForClose() }
        try connection.respond(body: #"{"system":{"version":"22.1"}}"#)
      }
    }
    let picture = try result.get()
    #expect(picture.version == "22.1" && asked.withLock { $0 } == 2)
    #expect(picture.endpoints.count == 1_000 && picture.endpoints.values.allSatisfy { $0.value == nil })
  }

  @Test func nonsenseInEveryAnswerHarmsNobody() async throws {
    for body in ["[]", "{}", "[1,null,{\"name\":5}]", "\"x\"", "{\"value\":[]}", "nonsense"] {
      let result = try await Self.picture { connection in
        while true {
          let request = try connection.readRequest()
          let isFirst = request.path.contains("/asterisk/info")
          try connection.respond(body: isFirst ? #"{"system":{"version":22}}"# : body)
        }
      }
      #expect(try result.get().version == "", "\(body)")
    }
  }
}

/// What is asked of Asterisk.
@Suite struct FunctionQuestionsTests {
  private static func settings(_ conf: String) throws -> Settings {
    let files = ConfFiles(
      read: { _, _ throws(ConfFiles.ReadError) in Array(("[general]\nari_password = x\n" + conf).utf8) },
      expand: { [$0] }
    )
    return try Settings.load("/etc/asterisk/warm_transfer.conf", from: files)
  }

  /// It writes an error into its log for every function that it does not know.
  @Test func onlyWhatAsteriskHasFunctionsFor() throws {
    let settings = try Self.settings("")
    #expect(FunctionQuestions.all(settings, []) == [])
    #expect(FunctionQuestions.all(settings, ["func_dialplan.so"]).allSatisfy { $0.hasPrefix("DIALPLAN_EXISTS(") })
    #expect(FunctionQuestions.all(settings, ["func_config.so"]).allSatisfy { $0.hasPrefix("AST_CONFIG(") })
  }

  @Test func noNameIsEvaluated() throws {
    let conf = "ari_username = a,b)}${X}\n[t]\ntype = target\ndial = Local/${X}@y\n"
    let asked = FunctionQuestions.all(try Self.settings(conf), ["func_dialplan.so", "func_config.so"])
    #expect(!asked.contains { $0.contains("$") || $0.contains("a,b") }, "\(asked)")
  }

  @Test(arguments: [
    ("", false), ("on_failure = return", false), ("on_failure = message", true), ("on_failure = menu", true),
    ("on_failure_busy = message", true), ("on_failure = menu\nmenu_message_digits =", false),
    ("on_failure = menu\nmenu_message_digits =\nmenu_default = message", true),
  ])
  func whoeverTakesMessagesNeedsWhatRecords(_ conf: String, _ isNeeded: Bool) throws {
    let needed = AsteriskModules.needed(try Self.settings("[transfer]\n\(conf)\n"))
    #expect(needed.contains("res_stasis_recording") == isNeeded && needed.contains("res_ari_recordings") == isNeeded)
  }

  /// The page that tells administrators with `autoload = no` what to load.
  @Test func thePageOfModulesNamesThemAll() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let page = try String(contentsOf: root.appending(path: "asterisk-conf/docs/operation.md"), encoding: .utf8)
    let start = try #require(page.range(of: "## Asterisk modules"))
    let section = page[start.upperBound...].components(separatedBy: "\n## ")[0]
    let named = Set(section.matches(of: #/\b(?:app|bridge|chan|format|func|res)_\w+/#).map { String($0.output) })
    let conf = "agi_bind = 127.0.0.1:1\n[transfer]\nleave_message = a\non_failure = voicemail\nmailbox = 1\n"
    let needed = AsteriskModules.needed(try Self.settings(conf)) + AsteriskModules.forReports + ["app_amd"]
    #expect(Set(needed + AsteriskModules.forTheDoctor).subtracting(named) == [])
  }
}
