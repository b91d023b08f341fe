import Foundation
import Store
import Lab
import Testing
import Transfer

/// What happens to a service in the course of years: new settings, stops, a damaged journal, a rival.
@Suite(.lab, .serialized) struct LifeTests {
  @Test func aTransferKeepsTheSettingsItBeganWith() async throws {
    let people: [Section] = [.transfer(["amd": "off"]), .person("amy", "accept-1500-1500", ["calls_at_once": "2"])]
    let scene = try await Scene.start(people)
    let before = try await scene.call("amy")
    try await before.agent().time(of: .ringing)
    // Nobody at the far end presses a 9.
    try scene.rewrite(people + [.transfer(["accept_digits": "9", "merge_prompt": "You are joined now."])])
    scene.service.send(SIGHUP)
    try await scene.service.logged("settings reloaded")
    let after = try await scene.call("amy")
    try await before.agent().time(of: .talking)
    try await Task.sleep(for: .seconds(1))
    try await before.agent().hangUp()
    try await before.back().expect("CONNECTED", "COMPLETED", of: "amy", heard: .heldAndJoined)
    try await after.back().expect("RETURNED", "NOACK", of: "amy", heard: .heldAndTold)
    #expect(try await scene.service.stop())
    #expect(try await scene.leftovers() == [])
  }

  @Test func aConversationThatEndsInTimeEndsTheStopToo() async throws {
    try await Scene.with(.person("amy", "accept-100-300")) { scene in
      let call = try await scene.call("amy")
      let agent = try await call.agent()
      try await scene.service.logged("to=connected")
      scene.service.send(SIGTERM)
      try await scene.service.logged("info stopping")
      try await Task.sleep(for: .seconds(2))
      try await agent.hangUp()
      try await call.back().expect("CONNECTED", "COMPLETED", of: "amy", heard: .heldAndJoined)
      try await scene.service.logged("stopped left=0", within: .seconds(3))
    }
  }

  @Test func aConversationOutlivesTheServiceAndItsSuccessorSeesToItsEnd() async throws {
    let scene = try await Scene.start([.person("amy", "accept-100-300")])
    let call = try await scene.call("amy")
    let agent = try await call.agent()
    try await scene.service.logged("to=connected")
    #expect(try await scene.service.stop())
    try await scene.service.logged("stopped left=1", within: .seconds(1))
    let successor = try scene.service.again()
    try await successor.logged("transfer resumed")
    try await Task.sleep(for: .seconds(2))
    try await agent.hangUp()
    let back = try await call.back()
    try back.expect("CONNECTED", "COMPLETED", of: "amy", heard: .heldAndJoined)
    #expect(back.recording.conversationIsUndisturbed == true)
    #expect(try await scene.leftovers() == [])
    #expect(try await successor.stop())
  }

  @Test func aSecondServiceOnTheSameDataDoesNotStart() async throws {
    try await Scene.with(.person("nora", "noanswer")) { scene in
      let second = try scene.service.again()
      let line = try await second.logged("is in use by another warm-transfer")
      #expect(line.contains(scene.service.data.path))
      #expect(try await second.ended() && scene.service.isRunning)
      #expect(try scene.service.lines().count { $0.contains("took over the app") } == 0)
    }
  }

  /// Another conf, another data_dir, and by mistake the same application.
  @Test func whoLosesTheApplicationStepsBack() async throws {
    let people: [Section] = [.person("amy", "accept-500-1000")]
    let former = try await Scene.start(people)
    let call = try await former.call("amy")
    try await call.agent().time(of: .ringing)
    let heir = try await Scene.start(people)
    try await former.service.logged("another client took over the app; stopping")
    #expect(try await former.service.ended())
    // Whoever waited there is taken over and waits from the beginning, or was joined just before.
    try await heir.service.logged("transfer requested")
    try await heir.service.logged("to=connected")
    try await Task.sleep(for: .seconds(1))
    try await call.hangUp()
    #expect(try await call.ended().result == "CONNECTED")
    let left = try await heir.leftovers()
    let story = try former.service.lines() + heir.service.lines()
    #expect(left == [], "\(story.joined(separator: "\n"))")
    #expect(try heir.service.lines().count { $0.contains("info ready") } == 1, "no flapping")
    #expect(try await heir.service.stop())
  }

  @Test func aDamagedJournalIsSetAside() async throws {
    let scene = try await Scene.start([.person("bob", "busy")])
    let journal = scene.service.data.appendingPathComponent("journal.sqlite")
    try await scene.call("bob").back().expect("RETURNED", "BUSY", of: "bob", heard: .toldAtOnce)
    #expect(try await scene.service.stop())
    let damaged = Data(String(repeating: "not a database ", count: 1_000).utf8)
    try damaged.write(to: journal)
    let started = try scene.service.lines().count
    let service = try scene.service.again()
    let line = try await service.logged("journal damaged, started a new one", from: started)
    let files = try FileManager.default.contentsOfDirectory(atPath: scene.service.data.path)
    let aside = try #require(files.first { $0.contains("corrupt") })
    #expect(line.contains(aside))
    #expect(try Data(contentsOf: scene.service.data.appendingPathComponent(aside)) == damaged)
    try await service.logged("info ready", from: started)
    try await scene.call("bob").back().expect("RETURNED", "BUSY", of: "bob", heard: .toldAtOnce)
    #expect(try await service.stop())
    #expect(try service.recorded() == ["RETURNED BUSY": 1])
  }
}

extension ServiceProcess {
  /// Whether it has ended by itself, after some time at most.
  func ended(within limit: Duration = .seconds(5)) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while isRunning, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
    return !isRunning
  }

  /// How the transfers in its journal ended, and how many in each way.
  func recorded() throws -> [String: Int] { try SQLiteDatabase.outcomes(in: data) }
}

extension SQLiteDatabase {
  static func outcomes(in folder: URL) throws -> [String: Int] {
    let reader = try SQLiteDatabase(folder.appendingPathComponent("journal.sqlite").path).reader()
    let listed = try reader.transfers(since: WallTime(milliseconds: 0), limit: 1_000).compactMap(\.summary)
    let ends = listed.map { "\($0.result?.rawValue ?? "?") \($0.cause?.rawValue ?? "?")" }
    return Dictionary(ends.map { ($0, 1) }, uniquingKeysWith: +)
  }
}
