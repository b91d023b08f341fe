import Foundation
import Lab

/// Thousands of transfers through one service: whether it grows, and how long its next start takes with all of them in
/// the journal. `TRANSFERS=500` asks for fewer, or more, `WORDS=80` for briefings of so many words more.
struct Soak {
  private struct Sample {
    var transfers: Int
    var figures: ProcessFigures
    var journalKB: Int
  }

  private enum Person: String, CaseIterable {
    case busy, declines, joins

    var does: String {
      switch self {
      case .busy: "busy"
      case .declines: "decline-100-200"
      case .joins: "accept-fast-100-300"
      }
    }

    /// Six of ten are busy, three decline, one takes the call.
    static func who(for number: Int) -> Person { number % 10 < 6 ? .busy : number % 10 < 9 ? .declines : .joins }
  }

  private static let count = ProcessInfo.processInfo.environment["TRANSFERS"].flatMap(Int.init) ?? 10_000
  private static let words = ProcessInfo.processInfo.environment["WORDS"].flatMap(Int.init) ?? 0
  /// How often the service is looked at.
  private static let waves = 10
  private static let atOnce = 24
  /// How many calls the lab remembers: looking for what was told of one among all of them costs it time.
  private static let memory = 200
  private static let patience: Duration = .seconds(60)

  let lab: Lab

  func run() async throws {
    let service = try ServiceProcess.start(Self.sections, in: lab)
    try await service.logged("info ready")
    var samples = [try sample(service, after: 0)]
    var outcomes: [String: Int] = [:]
    let start = ContinuousClock.now
    for wave in 1...Self.waves {
      let numbers = (Self.count * (wave - 1) / Self.waves)..<(Self.count * wave / Self.waves)
      for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: Self.memory) {
        let part = first..<min(first + Self.memory, numbers.upperBound)
        outcomes.merge(try await transfers(part), uniquingKeysWith: +)
      }
      samples.append(try sample(service, after: numbers.upperBound))
      let progress = samples[wave]
      print("\(progress.transfers) transfers, \(progress.figures.residentKB) kB, \(progress.figures.descriptors)")
      fflush(nil)
    }
    let elapsed = ContinuousClock.now - start
    let left = try await lab.leftovers(within: .seconds(10)) + leftSounds(within: Self.patience)
    samples.append(try sample(service, after: Self.count))
    try await service.stop()
    let (again, restart) = try await restarted(service)
    report(samples, outcomes, left, elapsed, restart)
    try await again.stop()
  }

  /// How they ended. What the lab keeps of them is thrown away.
  private func transfers(_ numbers: Range<Int>) async throws -> [String: Int] {
    let outcomes = try await withThrowingTaskGroup(of: String.self) { group in
      var outcomes: [String: Int] = [:]
      for number in numbers {
        if number - numbers.lowerBound >= Self.atOnce, let outcome = try await group.next() {
          outcomes[outcome, default: 0] += 1
        }
        group.addTask { try await transfer(number) }
      }
      return try await group.reduce(into: outcomes) { $0[$1, default: 0] += 1 }
    }
    try lab.forgetCalls()
    return outcomes
  }

  private func transfer(_ number: Int) async throws -> String {
    let person = Person.who(for: number)
    let call = try await lab.call(variables: ["WT_TARGET": person.rawValue, "WT_REASON": "Number \(number)"])
    do {
      if person == .joins {
        try await call.agent(within: Self.patience).time(of: .talking, within: Self.patience)
        try await Task.sleep(for: .milliseconds(500))
        try await call.hangUp()
        let end = try await call.ended(within: Self.patience)
        return "\(end.result) \(end.cause)"
      }
      let end = try await call.returned(within: Self.patience)
      try await call.hangUp()
      return "\(end.result) \(end.cause)"
    } catch let error as LabError where error.kind == .timedOut {
      try await call.hangUp()
      let end = try await call.ended(within: Self.patience)
      return "\(end.result) \(end.cause) after \(Self.patience), by a caller of \(person) who gave up"
    }
  }

  /// Speech that was made for one caller alone.
  private func leftSounds(within limit: Duration) async throws -> [String] {
    let deadline = ContinuousClock.now + limit
    while true {
      let names = try FileManager.default.contentsOfDirectory(atPath: lab.soundsDirectory.path)
      let left = names.filter { $0.hasPrefix("wt-") }
      if left.isEmpty || ContinuousClock.now > deadline { return left }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  private func sample(_ service: ServiceProcess, after transfers: Int) throws -> Sample {
    let names = try FileManager.default.contentsOfDirectory(atPath: service.data.path)
    let sizes = try names.filter { $0.hasPrefix("journal.sqlite") }.map { name in
      let file = service.data.appendingPathComponent(name)
      return try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
    }
    return Sample(
      transfers: transfers,
      figures: try ProcessFigures(of: service.pid),
      journalKB: sizes.reduce(0, +) / 1_024
    )
  }

  /// From the start of the process to the line in its log that says that it is ready.
  private func restarted(_ service: ServiceProcess) async throws -> (ServiceProcess, Duration) {
    let lines = try service.lines().count
    let start = Date()
    let again = try service.again()
    let line = try await again.logged("info ready", from: lines, within: .seconds(30))
    let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    let ready = try Date(String(line.prefix { $0 != " " }), strategy: format)
    return (again, .seconds(ready.timeIntervalSince(start)))
  }

  private func report(
    _ samples: [Sample],
    _ outcomes: [String: Int],
    _ left: [String],
    _ elapsed: Duration,
    _ restart: Duration
  ) {
    let rate = decimals(Double(Self.count) / (elapsed / .seconds(1)), 1)
    table(
      "\(Self.count) transfers through one service, \(Self.atOnce) at once, \(rate) a second",
      [["transfers", "memory", "its peak", "descriptors", "CPU", "journal"]]
        + samples.map { sample in
          [
            "\(sample.transfers)", Self.megabytes(sample.figures.residentKB), Self.megabytes(sample.figures.peakKB),
            "\(sample.figures.descriptors)", "\(sample.figures.cpu.seconds) s", Self.megabytes(sample.journalKB),
          ]
        }
    )
    table(
      "How they ended",
      outcomes.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] } + [
        ["left in Asterisk and on disk", left.isEmpty ? "nothing" : "\(left.count): \(left.prefix(3))"],
        ["started again with that journal: ready after", "\(restart.milliseconds) ms"],
      ]
    )
  }

  private static func megabytes(_ kilobytes: Int) -> String { decimals(Double(kilobytes) / 1_024, 1) + " MB" }

  /// Each briefing is another. A short one unless `WORDS` says otherwise: it is not the speech that is looked at.
  private static var sections: String {
    """
    [transfer]
    announcement = One moment.
    briefing = {reason}.\(String(repeating: " More", count: words))
    return_message =
    amd = off
    calls_at_once = 1000


    """ + Person.allCases.map(section).joined(separator: "\n")
  }

  private static func section(_ person: Person) -> String {
    "[\(person.rawValue)]\ntype = target\ndial = PJSIP/\(person.does)-\(person.rawValue)@trunk\n"
  }
}
