import Foundation
import Glibc
import Lab
import Speech
import Transfer

/// Many transfers at once, all of them up at the same time and then gone: through the service, and through the shortest
/// asynchronous program that makes transfers, in turns on the same Asterisk.
struct Load {
  private struct Pace {
    let count: Int
    let perSecond: Int
  }

  private struct Crowd {
    var joined = 0
    var channels = 0
    var left: [String] = []
    var join = Figures([])
    var reaction = Figures([])
    var cpu = Duration.zero
    var asterisks = Duration.zero
  }

  /// The second is about what two cores carry, with the callers and the phones on the same two.
  private static let paces = [Pace(count: 60, perSecond: 4), Pace(count: 100, perSecond: 10)]
  private static let callsAlone = 10
  private static let endpoint = "PJSIP/accept-fast-500-1500-ben@trunk"
  private static let limit: Duration = .seconds(60)

  let lab: Lab
  let observer: Observer

  func run() async throws {
    let conf = "[ben]\ntype = target\ndial = \(Self.endpoint)\ncalls_at_once = 200\n"
    let service = try ServiceProcess.start(conf, in: lab)
    try await service.logged("info ready")
    let before = try ProcessFigures(of: service.pid)
    try await Peer.with(lab, endpoint: Self.endpoint) { peer in
      let alone = try await self.alone()
      for pace in Self.paces {
        let ours = try await crowd(pace, by: service.pid)
        let peers = try await crowd(pace, by: peer.id, application: Peer.application)
        report(pace, alone, ours, peers)
        try await speechAlone(pace.count, of: ours)
      }
    }
    let after = try ProcessFigures(of: service.pid)
    let threads = try ProcessFigures.threads(of: service.pid)
    try await service.stop()
    table(
      "The service, from its start to the end of all of them",
      [
        ["memory at start, peak, end", Self.memory(before, after)],
        ["descriptors at start, end", "\(before.descriptors), \(after.descriptors)"],
      ]
    )
    table(
      "Its processor time by thread (the main thread and Swift's pool bear its own name)",
      threads.sorted { $0.value > $1.value }.map { [$0.key, "\($0.value.seconds) s"] }
    )
  }

  /// One after the other.
  private func alone() async throws -> Figures {
    for number in 0..<Self.callsAlone {
      let call = try await lab.call(variables: ["WT_TARGET": "ben", "WT_SUMMARY": Self.summary(1_000 + number)])
      try await call.agent().time(of: .talking)
      try await call.hangUp()
      _ = try await lab.leftovers(within: .seconds(5))
    }
    return Figures(try observer.passages().values.compactMap(\.join))
  }

  private func crowd(_ pace: Pace, by process: pid_t, application: String? = nil) async throws -> Crowd {
    guard let pbx = lab.pbx.processID else { throw BenchmarkError(description: "the PBX is not running") }
    let before = (own: try ProcessFigures(of: process).cpu, pbx: try ProcessFigures(of: pbx).cpu)
    var crowd = Crowd()
    let (calls, joined) = try await arrive(pace, application)
    crowd.joined = joined
    crowd.channels = try await lab.pbx.channels().count
    for call in calls { try await call.hangUp() }
    crowd.left = try await lab.leftovers(within: .seconds(10)) + leftSounds()
    crowd.cpu = try ProcessFigures(of: process).cpu - before.own
    crowd.asterisks = try ProcessFigures(of: pbx).cpu - before.pbx
    let passages = try observer.passages()
    crowd.join = Figures(passages.values.compactMap(\.join))
    crowd.reaction = Figures(passages.values.compactMap(\.reaction))
    return crowd
  }

  /// Returns when all have been joined, or have had their time.
  private func arrive(_ pace: Pace, _ application: String?) async throws -> ([Call], joined: Int) {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      var calls: [Call] = []
      var next = ContinuousClock.now
      for number in 0..<pace.count {
        var variables = ["WT_TARGET": "ben", "WT_SUMMARY": Self.summary(number)]
        variables["WT_APP"] = application
        let call = try await lab.call(variables: variables)
        calls.append(call)
        group.addTask {
          do {
            try await call.agent(within: Self.limit).time(of: .talking, within: Self.limit)
            return true
          } catch let error as LabError where error.kind == .timedOut {
            return false
          }
        }
        next += .seconds(1) / pace.perSecond
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

  private func report(_ pace: Pace, _ alone: Figures, _ ours: Crowd, _ peers: Crowd) {
    let (median, p99) = (ours.join.median / alone.median, ours.join.p99 / peers.join.p99)
    table(
      "\(pace.count) transfers, \(pace.perSecond) a second, all up at the same time",
      [
        ["", "the service", "peer.py", ""],
        ["joined, seen by the observer"] + [ours, peers].map { "\($0.joined) of \(pace.count), \($0.join.count)" },
        ["channels up at the height"] + [ours, peers].map { "\($0.channels)" },
        ["left over"] + [ours, peers].map { $0.left.isEmpty ? "nothing" : "\($0.left.count): \($0.left.prefix(3))" },
        [
          "key -> both in the bridge, median", "\(ours.join.median.milliseconds) ms",
          "\(peers.join.median.milliseconds) ms",
          "alone: \(alone.median.milliseconds) ms; \(decimals(median, 2)) of it, goal: at most 1.50",
        ],
        [
          "key -> both in the bridge, p99", "\(ours.join.p99.milliseconds) ms", "\(peers.join.p99.milliseconds) ms",
          "\(decimals(p99, 2)) of peer.py's, goal: at most 0.50",
        ],
        ["answer -> briefing started, median"] + [ours, peers].map { "\($0.reaction.median.milliseconds) ms" },
        ["answer -> briefing started, p99"] + [ours, peers].map { "\($0.reaction.p99.milliseconds) ms" },
        ["processor time"] + [ours, peers].map { "\($0.cpu.seconds) s" },
        ["Asterisk's in the same time"] + [ours, peers].map { "\($0.asterisks.seconds) s" },
        ["processor time, of Asterisk's"]
          + [ours, peers].map { decimals(100 * ($0.cpu / $0.asterisks), 1) + " %" } + ["goal: at most 5 %"],
      ]
    )
  }

  /// The same texts spoken again, by themselves, in this process.
  private func speechAlone(_ count: Int, of crowd: Crowd) async throws {
    let synthesizer = SpeechSynthesizer()
    try await synthesizer.check(Voice())
    let files = try SoundFiles(folder: lab.soundsDirectory.path)
    guard let name = SoundName("alone") else { throw BenchmarkError(description: "no name for a sound") }
    let start = try ProcessFigures(of: getpid()).cpu
    for number in 0..<count {
      let wording = SpokenText.spoken(Self.briefing(number), by: Voice())
      _ = try await synthesizer.speak(wording, Voice(), into: files, as: name)
    }
    let speech = try ProcessFigures(of: getpid()).cpu - start
    let rest = crowd.cpu - speech
    table(
      "How much of it is speech",
      [
        ["\(count) such briefings spoken by themselves", "\(speech.seconds) s"],
        [
          "the service without them", "\(rest.seconds) s",
          "\(decimals(100 * (rest / crowd.asterisks), 1)) % of Asterisk's",
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
