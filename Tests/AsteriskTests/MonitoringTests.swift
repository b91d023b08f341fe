import Foundation
import Lab
import Testing
import Transport

/// What Prometheus makes of the metrics of a running service, of the alert rules and of the dashboard.
@Suite(.lab, .serialized) struct MonitoringTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "asterisk-conf/monitoring")
  private static let rules = folder.appending(path: "warm-transfer.rules.yml")

  /// A service that has carried a call, and what it tells.
  private func withMetrics(_ body: (String, APIClient) async throws -> Void) async throws {
    try await Scene.with(APIClient.section, .person("alice", "accept-200-500"), .person("bob", "busy")) { scene in
      for name in ["alice", "bob"] {
        let call = try await scene.call(name, ["WT_TOPIC": "a\"b\\c", "WT_CALLER_NAME": "+15551234567"])
        if name == "alice" { try await call.agent().time(of: .talking) } else { _ = try await call.returned() }
        try await call.hangUp()
        _ = try await call.ended()
      }
      try await APIClient.with(scene) { api in
        let response = try await api.http.send(HTTPRequest(method: .get, url: api.url + "/metrics"))
        try await body(String(decoding: response.body, as: UTF8.self), api)
      }
    }
  }

  /// The exit code and all that it says.
  private func run(_ program: String, _ arguments: [String], input: String = "") throws -> (code: Int32, text: String) {
    let process = Process()
    process.executableURL = try PrometheusInstallation.program(program)
    process.arguments = arguments
    let (text, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput, process.standardError) = (text, output, output)
    try process.run()
    try text.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try text.fileHandleForWriting.close()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, said)
  }

  private static func names(in text: String) -> Set<String> {
    let found = text.matches(of: #/warm_transfer_\w+/#).map { String($0.output) }
    return Set(found.map { $0.replacing(#/_(?:bucket|sum|count)$/#, with: "") })
  }

  @Test func promtoolHasNothingToSay() async throws {
    try await withMetrics { metrics, _ in
      let checked = try run("promtool", ["check", "metrics"], input: metrics)
      #expect(checked.code == 0 && checked.text.isEmpty, "\(checked.text)")
      #expect(metrics.contains("warm_transfer_ended_total{result=\"CONNECTED\",cause=\"COMPLETED\"} 1"))
      #expect(metrics.contains("warm_transfer_phase_seconds_count{phase=\"connected\"} 1"))
      for family in ["ari_request", "event_lag", "journal_write"] {
        #expect(metrics.contains(try Regex("warm_transfer_\(family)_seconds_count [1-9]")), "\(family)")
      }
      // Neither numbers, nor ids, nor what somebody says.
      let labels = metrics.matches(of: #/\{(.*)\}/#).map { String($0.output.1) }
      for label in labels { #expect(!label.contains(#/\+\d|1555|a\\"b/#), "\(label)") }
      let told = Self.names(in: metrics)
      for file in [Self.rules, Self.folder.appending(path: "grafana-dashboard.json")] {
        let used = Self.names(in: try String(contentsOf: file, encoding: .utf8))
        #expect(!used.isEmpty && used.isSubset(of: told), "\(used.subtracting(told))")
      }
    }
    let rules = try run("promtool", ["check", "rules", Self.rules.path])
    #expect(rules.code == 0, "\(rules.text)")
  }

  @Test func prometheusCollectsThemAndKnowsTheRules() async throws {
    let dashboard = try JSON(
      parsing: Array(Data(contentsOf: Self.folder.appending(path: "grafana-dashboard.json")))
    )
    let panels = dashboard["panels"]?.array ?? []
    let questions = panels.flatMap { $0["targets"]?.array ?? [] }.compactMap { $0["expr"]?.string }
    #expect(questions.count > 20)
    try await withMetrics { _, api in
      try await withPrometheus(of: api) { prometheus in
        let groups = try await prometheus.ask("/api/v1/rules")["data"]?["groups"]?.array ?? []
        let rules = groups.flatMap { $0["rules"]?.array ?? [] }
        #expect(rules.count == 13 && rules.allSatisfy { $0["health"] == "ok" || $0["health"] == "unknown" })
        for question in questions {
          let answer = try await prometheus.ask("/api/v1/query?query=\(PercentEncoding.encode(question))")
          #expect(answer["status"] == "success", "\(question): \(answer.serialized())")
        }
        let version = try await prometheus.ask("/api/v1/query?query=warm_transfer_build_info")
        #expect(version["data"]?["result"]?.array?.first?["metric"]?["version"]?.string?.isEmpty == false)
      }
    }
  }

  // MARK: A Prometheus of the test's own

  private struct Prometheus: Sendable {
    let url: String
    let http: HTTPClient

    func ask(_ path: String) async throws -> JSON {
      try JSON(parsing: try await http.send(HTTPRequest(method: .get, url: url + path)).body)
    }

    var hasCollected: Bool {
      get async {
        do {
          let answer = try await ask("/api/v1/query?query=up%7Bjob%3D%22warm-transfer%22%7D%20%3D%3D%201")
          return answer["data"]?["result"]?.array?.isEmpty == false
        } catch {
          return false
        }
      }
    }
  }

  private func withPrometheus(of api: APIClient, _ body: (Prometheus) async throws -> Void) async throws {
    let folder = try Lab.current().files.appending(path: "prometheus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: Self.rules, to: folder.appending(path: "warm-transfer.rules.yml"))
    // As it is shipped, but for the address and the pace.
    var conf = try String(contentsOf: Self.folder.appending(path: "prometheus.yml"), encoding: .utf8)
    let address = try #require(URL(string: api.url))
    conf = conf.replacing("127.0.0.1:8090", with: "127.0.0.1:\(address.port ?? 0)").replacing("15s", with: "1s")
    try Data(conf.utf8).write(to: folder.appending(path: "prometheus.yml"))
    let port = try freePort()
    let process = Process()
    process.executableURL = try PrometheusInstallation.program("prometheus")
    process.arguments = [
      "--config.file=\(folder.path)/prometheus.yml", "--storage.tsdb.path=\(folder.path)/data",
      "--web.listen-address=127.0.0.1:\(port)",
    ]
    process.standardError = FileHandle.nullDevice
    try process.run()
    defer {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    let prometheus = Prometheus(url: "http://127.0.0.1:\(port)", http: api.http)
    let deadline = ContinuousClock.now + .seconds(60)
    while await !prometheus.hasCollected {
      guard ContinuousClock.now < deadline, process.isRunning else {
        throw LabError(.timedOut, "Prometheus has not collected anything; its files: \(folder.path)")
      }
      try await Task.sleep(for: .milliseconds(200))
    }
    try await body(prometheus)
  }
}
