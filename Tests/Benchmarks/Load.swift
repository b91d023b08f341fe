import Foundation
import Lab
import Speech
import Transfer

/// Many transfers at once through the service: all of them up at the same time, then all of them gone.
struct Load {
  private static let count = 100
  private static let pace: Duration = .milliseconds(100)
  private static let endpoint = "PJSIP/accept-fast-500-1500-ben@trunk"
  private static let limit: Duration = .seconds(60)

  let lab: Lab
  let observer: Observer

  func run() async throws {
    let service = try ServiceProcess.start(
      "[ben]\ntype = target\ndial = \(Self.endpoint)\ncalls_at_once = 200\n",
      in: lab
    )
    try await service.logged("info ready")
    guard let pbx = lab.pbx.processID else { throw BenchmarkError(description: "the PBX is not running") }
    let before = (service: try ProcessFigures(of: service.pid), pbx: try ProcessFigures(of: pbx))
    let (calls, joined) = try await arrive()
    let callsUp = try await lab.pbx.channels().count
    for call in calls { try await call.hangUp() }
    let left = try await lab.leftovers(within: .seconds(10)) + leftSounds()
    let after = (service: try ProcessFigures(of: service.pid), pbx: try ProcessFigures(of: pbx))
    let passages = try observer.passages()
    let cpu = (service: after.service.cpu - before.service.cpu, pbx: after.pbx.cpu - before.pbx.cpu)
    let threads = try ProcessFigures.threads(of: service.pid)
    try await service.stop()

    let join = Figures(passages.values.compactMap(\.join))
    let reaction = Figures(passages.values.compactMap(\.reaction))
    let share = decimals(100 * (cpu.service / cpu.pbx), 1)
    table(
      "\(Self.count) transfers arriving at \(Int(.seconds(1) / Self.pace)) a second, all up at the same time",
      [
        ["", "the service", "Python*"],
        ["joined", "\(joined) of \(Self.count) (seen by the observer: \(join.count))", "150 of 150"],
        ["channels up at the height", "\(callsUp)"],
        ["left over", left.isEmpty ? "nothing" : "\(left.count): \(left.prefix(3))"],
        ["key -> bridge, median", "\(join.median.milliseconds) ms", "4.1 ms"],
        ["key -> bridge, p99", "\(join.p99.milliseconds) ms", "37 ms"],
        ["answer -> briefing, median", "\(reaction.median.milliseconds) ms"],
        ["answer -> briefing, p99", "\(reaction.p99.milliseconds) ms"],
        ["CPU", "\(cpu.service.seconds) s of \(cpu.pbx.seconds) s of Asterisk: \(share) %", "13 %"],
        ["memory at start, peak, end", Self.memory(before.service, after.service), "36 MB"],
        ["descriptors at start, end", "\(before.service.descriptors), \(after.service.descriptors)"],
      ]
    )
    print("  * 60 lines of asyncio with the happy path only, without speech: measured earlier, elsewhere")
    table(
      "The service's CPU by thread, from its start (the main thread and Swift's pool bear its own name)",
      threads.sorted { $0.value > $1.value }.map { [$0.key, "\($0.value.seconds) s"] }
    )
    try await speechAlone(of: cpu)
  }

  /// Returns when all have been joined, or have had their time.
  private func arrive() async throws -> ([Call], joined: Int) {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      var calls: [Call] = []
      var next = ContinuousClock.now
      for number in 0..<Self.count {
        let call = try await lab.call(variables: ["WT_TARGET": "ben", "WT_SUMMARY": Self.summary(number)])
        calls.append(call)
        group.addTask {
          do {
            try await call.agent(within: Self.limit).time(of: .talking, within: Self.limit)
            return true
          } catch let error as LabError where error.kind == .timedOut {
            return false
          }
        }
        next += Self.pace
        try await Task.sleep(until: next)
      }
      let joined = try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      // The merge prompt, and whatever else follows a join, is part of the work.
      try await Task.sleep(for: .seconds(2))
      return (calls, joined)
    }
  }

  private func leftSounds() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: lab.soundsDirectory.path).filter { $0.hasPrefix("wt-") }
  }

  /// The same texts spoken again, by themselves, in this process.
  private func speechAlone(of cpu: (service: Duration, pbx: Duration)) async throws {
    let synthesizer = SpeechSynthesizer()
    try await synthesizer.check(Voice())
    let files = try SoundFiles(folder: lab.soundsDirectory.path)
    guard let name = SoundName("alone") else { throw BenchmarkError(description: "no name for a sound") }
    let start = try ProcessFigures(of: getpid()).cpu
    for number in 0..<Self.count {
      let wording = SpokenText.spoken(Self.briefing(number), by: Voice())
      _ = try await synthesizer.speak(wording, Voice(), into: files, as: name)
    }
    let speech = try ProcessFigures(of: getpid()).cpu - start
    table(
      "How much of it is speech",
      [
        ["\(Self.count) such briefings spoken by themselves", "\(speech.seconds) s of CPU"],
        ["share of the service's CPU", "\(decimals(100 * (speech / cpu.service), 0)) %"],
        [
          "the service without them", "\((cpu.service - speech).seconds) s",
          "\(decimals(100 * ((cpu.service - speech) / cpu.pbx), 1)) % of Asterisk",
        ],
      ]
    )
  }

  /// Each differs, so that no briefing can be used twice.
  private static func summary(_ number: Int) -> String {
    "Account \(4_000 + number) was charged twice for order \(70_000 + 13 * number), and the caller wants it back."
  }

  private static func briefing(_ number: Int) -> Wording {
    Wording(
      "A call from Caller \(number). \(summary(number))",
      ending: "Press 1 to take the call, 2 to decline, 3 to hear this again."
    )
  }

  private static func memory(_ before: ProcessFigures, _ after: ProcessFigures) -> String {
    [before.residentKB, after.peakKB, after.residentKB].map { decimals(Double($0) / 1024, 1) }.joined(separator: ", ")
      + " MB"
  }
}
