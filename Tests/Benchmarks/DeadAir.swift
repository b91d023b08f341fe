import Foundation
import Lab
import Transfer

/// How long a person who says "hello?" hears nothing: with the detector of answering machines beside the briefing,
/// before it, and without one. In turns, through one service.
struct DeadAir {
  private static let ways: [MachineDetection] = [.parallel, .before, .off]
  private static let runs = 5

  let lab: Lab

  func run() async throws {
    let service = try ServiceProcess.start(Self.ways.map(Self.target).joined(separator: "\n"), in: lab)
    try await service.logged("info ready")
    var waits: [MachineDetection: [Duration]] = [:]
    for _ in 1...Self.runs {
      for way in Self.ways { waits[way, default: []].append(try await firstWord(way)) }
    }
    try await service.stop()
    let rows = Self.ways.map { way in
      let figures = Figures(waits[way] ?? [])
      return ["amd = \(way.rawValue)", "\(figures.median.seconds) s", "\(figures.p99.seconds) s"]
    }
    table(
      "A person answers with \"hello?\": until the first word of the briefing, \(Self.runs) calls each",
      [["", "median", "longest"]] + rows
    )
  }

  private static func target(_ way: MachineDetection) -> String {
    """
    [\(way.rawValue)]
    type = target
    dial = PJSIP/listen-300-gus@trunk
    amd = \(way.rawValue)

    """
  }

  private func firstWord(_ way: MachineDetection) async throws -> Duration {
    let call = try await lab.call(variables: ["WT_TARGET": way.rawValue])
    let agent = try await call.agent()
    let answered = try await agent.time(of: .answered)
    try await Task.sleep(for: .seconds(4))
    try await call.hangUp()
    try await agent.time(of: .gone)
    guard let wait = try await agent.heard().firstSound(after: answered) else {
      throw BenchmarkError(description: "amd = \(way.rawValue): not a word within four seconds")
    }
    return wait
  }
}
