import Foundation
import Store
import Lab
import Testing

/// The service is killed again and again, at any instant, with several transfers in flight each time, and started again
/// at once. `KILLS=500` asks for more of it.
@Suite(.lab, .serialized) struct KillTests {
  /// What became of one caller.
  private struct Fate {
    var person: String
    var outcome: Call.Outcome?
    /// A conversation in which nothing was missing, or nil where there was none.
    var isUndisturbed: Bool?
  }

  private static let people: [(name: String, does: String)] = [
    ("anna", "hangup-later-300-700"), ("dora", "decline-300-700"), ("bob", "busy"), ("nora", "noanswer"),
    ("lisa", "listen-300"), ("liz", "hangup-briefing-300-500"), ("max", "hangup-later-1000-1500"),
  ]
  private static let kills = ProcessInfo.processInfo.environment["KILLS"].flatMap(Int.init) ?? 60
  private static let patience: Duration = .seconds(60)

  @Test func nobodyIsLostWhenTheServiceIsKilledAgainAndAgain() async throws {
    let scene = try await Scene.start(
      Self.people.map { .person($0.name, $0.does, ["calls_at_once": "100", "amd": "off"]) }
    )
    var service = scene.service
    let fates = try await withThrowingTaskGroup(of: Fate.self) { callers in
      for kill in 0..<Self.kills {
        for _ in 0..<2 {
          let person = Self.people[Int.random(in: Self.people.indices)].name
          callers.addTask { try await Self.fate(ofACallerFor: person, in: scene) }
        }
        try await Task.sleep(for: .milliseconds(Int.random(in: 100...1_500)))
        service.crash()
        service = try service.again()
        if kill.isMultiple(of: 10) { print("killed \(kill + 1) times") }
      }
      return try await callers.reduce(into: []) { $0.append($1) }
    }
    let left = try await scene.leftovers(within: .seconds(10))
    #expect(try await service.stop())
    let unfinished = try SQLiteDatabase(service.data.appendingPathComponent("journal.sqlite").path).reader()
      .unfinished()
    let log = try service.lines()
    report(fates, left, unfinished: unfinished.transfers.count, log)
    #expect(fates.filter { $0.outcome == nil }.map(\.person) == [], "lost callers")
    #expect(fates.allSatisfy { $0.isUndisturbed != false }, "disturbed conversations")
    #expect(left == [] && unfinished.transfers.isEmpty && unfinished.unreadable.isEmpty)
    #expect(log.count { $0.contains("transfer resumed") } > Self.kills / 2, "the kills met transfers in flight")
  }

  private static func fate(ofACallerFor person: String, in scene: Scene) async throws -> Fate {
    let call = try await scene.call(person)
    do {
      let outcome = try await call.returned(within: patience)
      try await Task.sleep(for: .milliseconds(300))
      try await call.hangUp()
      let heard = try await call.heard()
      return Fate(person: person, outcome: outcome, isUndisturbed: heard.conversationIsUndisturbed)
    } catch let error as LabError where error.kind == .timedOut {
      return Fate(person: person)
    }
  }

  private func report(_ fates: [Fate], _ left: [String], unfinished: Int, _ log: [String]) {
    let outcomes = fates.map { $0.outcome.map { "\($0.result) \($0.cause)" } ?? "LOST" }
    let takenUp = log.count { $0.contains("transfer resumed") }
    print("\(Self.kills) kills, \(fates.count) callers, \(takenUp) transfers picked up again")
    for (outcome, all) in Dictionary(grouping: outcomes, by: { $0 }).sorted(by: { $0.key < $1.key }) {
      print("  \(outcome): \(all.count)")
    }
    print("  callers lost: \(fates.count { $0.outcome == nil })")
    print("  transfers without an end: \(unfinished)")
    print("  channels, bridges and files left: \(left.count)")
    print(
      "  conversations: \(fates.count { $0.isUndisturbed != nil }), disturbed: \(fates.count { $0.isUndisturbed == false })"
    )
  }
}
