import Foundation
import Runtime
import TestSupport
import Testing
import Transfer
import Transport
import Web
import WebStage

@testable import WarmTransfer

/// `status` and `cancel`, which ask the running service.
@Suite struct LocalControlTests {
  /// A service with a transfer in each phase, whose data folder this is.
  private static func with(_ desk: StageBackend = .init(), body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wt-control-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    await desk.fill()
    await #expect(throws: RunningService.Failure.notRunning(folder)) {
      try await RunningService.with(dataDirectory: folder) { _ = try await $0.status() }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      let control = LocalControl(desk, dataDirectory: folder, log: Log(minimum: .error) { _ in })
      group.addTask { await control.run() }
      try await until { FileManager.default.fileExists(atPath: folder + "/control") }
      try await body(folder)
      group.cancelAll()
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [], "it goes with the service")
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func whatTheServiceIsDoing() async throws {
    let desk = StageBackend()
    try await Self.with(desk) { folder in
      let status = try await RunningService.with(dataDirectory: folder) { try await $0.status() }
      #expect(
        status.table.lines() == [
          "warm-transfer  ready", "asterisk       connected", "journal        writable",
          "transfers      7 in progress",
        ]
      )
      #expect(try JSON(parsing: status.json)["ready"] == true && JSON(parsing: status.json)["transfers"] == 7)
      await desk.setReady(false)
      let away = try await RunningService.with(dataDirectory: folder) { try await $0.status() }
      #expect(!away.isReady && away.table.rows.contains(["asterisk", "away"]))
    }
  }

  @Test func whoIsToBeCalledBackIsListedAddedAndCancelled() async throws {
    try await Self.with { folder in
      try await RunningService.with(dataDirectory: folder) { service in
        #expect(try await service.callbacks().table == nil)
        var wanted = WantedCallback("+1 555 123-4567")
        (wanted.target, wanted.name, wanted.moment) = ("alice", "Sarah\u{7}", "2026-12-24 18:00")
        await #expect(throws: RunningService.Failure.self) { _ = try await service.add(wanted) }
        wanted.name = "Sarah"
        #expect(try await service.add(wanted).hasSuffix("will be called back, callback c1"))
        let row = try #require(try await service.callbacks().table?.rows.last)
        #expect(row.contains("Sarah") && row.contains("2026-12-24T18:00:00.000Z") && row.contains("alice"))
        wanted.moment = "tonight"
        await #expect(throws: RunningService.Failure.refused("'tonight' is not a time such as '2026-12-24 18:00'")) {
          _ = try await service.add(wanted)
        }
        await #expect(throws: RunningService.Failure.refused("'c 1' is not a callback ID")) {
          _ = try await service.cancelCallback("c 1")
        }
        #expect(try await service.cancelCallback("c1") == "callback c1 cancelled")
      }
    }
  }

  @Test func aTransferIsCancelledAndItIsKnownByWhom() async throws {
    let desk = StageBackend()
    try await Self.with(desk) { folder in
      try await RunningService.with(dataDirectory: folder) { service in
        let answer = try await service.cancel("p2")
        #expect(answer.hasPrefix("transfer p2 cancelled"))
        await #expect(throws: RunningService.Failure.refused("the transfer has ended")) {
          _ = try await service.cancel("p2")
        }
        for id in ["nobody", "../../v1/agents", "p1/accept", "p1?x", "", "p 1", "p\u{301}"] {
          await #expect(throws: RunningService.Failure.self, "\(id)") { _ = try await service.cancel(id) }
        }
      }
    }
    #expect(await desk.decisions.map(\.requester) == ["command line"])
    #expect(await desk.decisions.map(\.decision) == [.cancel])
  }

  @Test func onlyTheServicesOwnUserCanReadTheToken() async throws {
    try await Self.with { folder in
      let file = folder + "/control"
      let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      let access = try #require(try LocalControl.Access.read(file))
      #expect(access.url.hasPrefix("http://127.0.0.1:"))
      try await HTTPClient.withClient { http in
        for token in ["", "wrong", String(access.token.dropLast())] {
          let request = HTTPRequest(url: access.url + "/v1/agents", headers: [("Authorization", "Bearer \(token)")])
          let status = try await http.send(request).status
          #expect(status == 401)
        }
      }
    }
  }

  /// What was there under that name, and whoever reads it, has nothing of it.
  @Test func anotherFileInItsPlaceIsReplaced() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wt-control-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let (file, other) = (folder + "/control", folder + "/other")
    try Data("old".utf8).write(to: URL(fileURLWithPath: other))
    try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: other)
    try FileSystem.writeForOwner(Array("new".utf8), to: file)
    #expect(try String(contentsOfFile: other, encoding: .utf8) == "old")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "new")
    try FileManager.default.removeItem(atPath: folder)
  }

  @Test func aServiceThatWasKilledLeavesAFileThatLeadsNowhere() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wt-control-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data("http://127.0.0.1:1\nwt_old\n".utf8).write(to: URL(fileURLWithPath: folder + "/control"))
    await #expect(throws: RunningService.Failure.notRunning(folder)) {
      try await RunningService.with(dataDirectory: folder) { _ = try await $0.status() }
    }
    try FileManager.default.removeItem(atPath: folder)
  }
}
