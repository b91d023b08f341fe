import Foundation
import Store
import Lab
import Testing

/// The service is killed again and again, at any instant, with several transfers in flight each time, and started again
/// at once. Callers come from the dialplan, from a voice agent that hands them over, and by orders over the API; people
/// are rung alone and in groups, with an announcement before and the detector beside. `KILLS=500` asks for more of it.
@Suite(.lab, .serialized) struct KillTests {
  private static let people: [(name: String, does: String)] = [
    ("anna", "hangup-later-300-700"), ("dora", "decline-300-700"), ("bob", "busy"), ("nora", "noanswer"),
    ("lisa", "listen-300"), ("liz", "hangup-briefing-300-500"), ("max", "hangup-later-1000-1500"),
    ("vera", "voicemail-300"),
  ]
  private static let groups: [(name: String, members: String, strategy: String)] = [
    ("one-by-one", "bob, dora, max", "order"), ("at-once", "nora, anna, max", "all"),
    ("the-rested", "anna, max, liz", "least-recent"),
  ]
  private static let targets = people.map(\.name) + groups.map(\.name)
  private static let kills = ProcessInfo.processInfo.environment["KILLS"].flatMap(Int.init) ?? 60

  private static func scene() async throws -> Scene {
    let people = people.map { Section.person($0.name, $0.does, ["calls_at_once": "100"]) }
    let groups = groups.map { Section.group($0.name, $0.members, ["strategy": $0.strategy]) }
    let everybody = Section.transfer(["announcement": "Hold on, please.", "amd": "parallel"])
    return try await Scene.start([everybody, APIClient.section] + groups + people)
  }

  @Test func nobodyIsLostWhenTheServiceIsKilledAgainAndAgain() async throws {
    let scene = try await Self.scene()
    var service = scene.service
    let fates = try await VoiceAgent.with(scene.lab) { agent in
      try await withThrowingTaskGroup(of: KilledCaller.self) { callers in
        for kill in 0..<Self.kills {
          for _ in 0..<2 {
            let way = KilledCaller.Way.allCases.randomElement() ?? .dialplan
            let target = Self.targets.randomElement() ?? ""
            callers.addTask { try await .called(target, way, agent, in: scene) }
          }
          try await Task.sleep(for: .milliseconds(Int.random(in: 100...1_500)))
          service.crash()
          service = try service.again()
          if kill.isMultiple(of: 10) { print("killed \(kill + 1) times") }
        }
        return try await callers.reduce(into: []) { $0.append($1) }
      }
    }
    let left = try await scene.leftovers(within: .seconds(10))
    #expect(try await service.stop())
    let unfinished = try SQLiteDatabase(service.data.appendingPathComponent("journal.sqlite").path).reader()
      .unfinished()
    let log = try service.lines()
    report(fates, left, unfinished: unfinished.transfers.count, log)
    #expect(fates.filter { $0.end == nil }.map(\.description) == [], "lost callers")
    #expect(fates.filter { $0.isUndisturbed == false }.map(\.description) == [], "disturbed conversations")
    #expect(fates.filter(\.voiceAgentStayed).map(\.description) == [], "voice agents beside a person")
    #expect(left == [] && unfinished.transfers.isEmpty && unfinished.unreadable.isEmpty)
    #expect(log.count { $0.contains("transfer resumed") } > Self.kills / 2, "the kills met transfers in flight")
    for way in KilledCaller.Way.allCases { #expect(fates.contains { $0.way == way && $0.isUndisturbed != nil }) }
  }

  private func report(_ fates: [KilledCaller], _ left: [String], unfinished: Int, _ log: [String]) {
    let takenUp = log.count { $0.contains("transfer resumed") }
    print("\(Self.kills) kills, \(fates.count) callers, \(takenUp) transfers picked up again")
    for (end, all) in Dictionary(grouping: fates, by: { $0.end ?? "LOST" }).sorted(by: { $0.key < $1.key }) {
      let ways = KilledCaller.Way.allCases.map { way in "\(way) \(all.count { $0.way == way })" }
      print("  \(end): \(all.count) (\(ways.joined(separator: ", ")))")
    }
    print("  callers lost: \(fates.count { $0.end == nil })")
    print("  transfers without an end: \(unfinished)")
    print("  channels, bridges and files left: \(left.count)")
    let talks = fates.compactMap(\.isUndisturbed)
    print("  conversations: \(talks.count), disturbed: \(talks.count { !$0 })")
  }
}
