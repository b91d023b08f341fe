import ARI
import Foundation
import Lab
import Settings
import Transfer
import Transport

/// What Asterisk's detector makes of people and machines who pick up: by its stock numbers and by those of this project.
actor Detection {
  private struct Greeter {
    /// What the lab's far end is told to do.
    var does: String
    var isMachine: Bool
    var name: String
  }

  private struct Verdict {
    var status: String
    var cause: String
    var after: Duration
  }

  private enum Numbers: String, CaseIterable {
    case stock, shipped

    func values() throws -> DetectorNumbers {
      switch self {
      case .stock: DetectorNumbers()
      case .shipped: try Self.settings().transfer.detector
      }
    }

    private static func settings() throws -> Settings {
      let conf = URL(filePath: #filePath).appending(path: "../../../asterisk-conf/warm_transfer.conf").standardized
      let files = ConfFiles(
        read: { path, _ throws(ConfFiles.ReadError) in
          do {
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
          } catch {
            throw ConfFiles.ReadError(.unreadable, "\(error)")
          }
        },
        expand: { [$0] }
      )
      return try Settings.load(conf.path(), from: files)
    }
  }

  private static let application = "detection"
  private static let context = "wt-amd"
  private static let runs = 3
  private static let greeters = [
    Greeter(does: "greet-hello", isMachine: false, name: "\"Hello?\""),
    Greeter(does: "greet-company", isMachine: false, name: "a company's greeting, one sentence"),
    Greeter(does: "greet-reception", isMachine: false, name: "a receptionist's, two in one breath"),
    Greeter(does: "greet-chatty", isMachine: false, name: "two sentences and a pause"),
    Greeter(does: "greet-nothing", isMachine: false, name: "silence"),
    Greeter(does: "silent", isMachine: false, name: "silence, not a packet"),
    Greeter(does: "greet-music", isMachine: true, name: "music"),
    Greeter(does: "greet-voicemail", isMachine: true, name: "a voicemail"),
    Greeter(does: "greet-carrier", isMachine: true, name: "a carrier's voicemail"),
  ]

  private let ari: ARIClient
  private var isReady = false
  private var answered: [String: ContinuousClock.Instant] = [:]
  private var verdicts: [String: Verdict] = [:]

  init(_ lab: Lab, over http: HTTPClient) {
    ari = ARIClient(ARIConfiguration(lab, application: Self.application), over: http)
  }

  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await self.listen() }
      try await wait { $0.isReady }
      for run in 1...Self.runs {
        // All at once: the detector counts the time in the sound, not on a clock.
        try await withThrowingTaskGroup(of: Void.self) { calls in
          for greeter in Self.greeters { calls.addTask { try await self.ring(greeter, run) } }
          try await calls.waitForAll()
        }
      }
      group.cancelAll()
    }
    try report()
  }

  private func listen() async {
    await ARIEventFeed(ari.configuration).run(preparing: { await self.becomeReady() }, { take($0) })
  }

  private func becomeReady() { isReady = true }

  private func take(_ item: ARIEventFeed.Item) {
    guard case .event(.stasisStart(let channel, let arguments, _)) = item else { return }
    switch arguments.first {
    case "amd" where arguments.count == 3:
      guard let start = answered[Self.call(of: channel.id)] else { return }
      verdicts[channel.id] = Verdict(status: arguments[1], cause: arguments[2], after: .now - start)
    default: answered[channel.id] = .now
    }
  }

  private func ring(_ greeter: Greeter, _ run: Int) async throws {
    let call = "\(greeter.does)-\(run)"
    try await ari.channels.originate(.init(endpoint: "PJSIP/\(greeter.does)-gus@trunk", channelID: call))
    try await wait { $0.answered[call] != nil }
    for numbers in Numbers.allCases {
      let ear = Self.ear(call, numbers)
      try await ari.channels.snoop(on: call, as: ear, arguments: ["ear"])
      try await ari.channels.set("WT_APP", to: Self.application, on: ear)
      try await ari.channels.set("WT_AMD", to: numbers.values().arguments, on: ear)
      try await ari.channels.continueInDialplan(ear, context: Self.context, exten: "s")
    }
    try await wait { detection in Numbers.allCases.allSatisfy { detection.verdicts[Self.ear(call, $0)] != nil } }
    try await ari.channels.hangUp(call)
  }

  private func report() throws {
    var wrong: [Numbers: Int] = [:]
    let rows = Self.greeters.map { greeter in
      [greeter.name]
        + Numbers.allCases.map { numbers in
          let all = (1...Self.runs).compactMap { verdicts[Self.ear("\(greeter.does)-\($0)", numbers)] }
          wrong[numbers, default: 0] += all.count { ($0.status == "MACHINE") != greeter.isMachine }
          return Self.text(all)
        }
    }
    let head = [""] + Numbers.allCases.map(\.rawValue)
    table("Verdicts on those who pick up, and when: \(Self.runs) calls each", [head] + rows)
    for numbers in Numbers.allCases {
      print(
        "  \(numbers.rawValue): \(wrong[numbers] ?? 0) of \(Self.runs * Self.greeters.count) wrong;",
        terminator: " "
      )
      print("AMD(\(try numbers.values().arguments))")
    }
  }

  /// A verdict that all calls had is told once.
  private static func text(_ verdicts: [Verdict]) -> String {
    let statuses = verdicts.reduce(into: [:]) { $0[$1.status, default: 0] += 1 }.sorted { $0.key < $1.key }
    let words = statuses.map { statuses.count == 1 ? $0.key : "\($0.value) \($0.key)" }.joined(separator: ", ")
    // HUMAN-800-800: the cause, what was measured and the limit.
    let causes = Set(verdicts.compactMap { $0.cause.split(separator: "-").first.map(String.init) }).sorted()
    return "\(words), \(causes.joined(separator: " ")), \(Figures(verdicts.map(\.after)).median.seconds) s"
  }

  private static func ear(_ call: String, _ numbers: Numbers) -> String { "\(call).\(numbers.rawValue)" }
  private static func call(of ear: String) -> String { String(ear.prefix { $0 != "." }) }

  private func wait(until isSo: @Sendable (isolated Detection) -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while !isSo(self) {
      guard ContinuousClock.now < deadline else { throw BenchmarkError(description: "the detector did not answer") }
      try await Task.sleep(for: .milliseconds(5))
    }
  }
}
