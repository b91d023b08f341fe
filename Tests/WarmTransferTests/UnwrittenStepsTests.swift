import Foundation
import Store
import Runtime
import Testing
import Transfer

@testable import WarmTransfer

@Suite struct UnwrittenStepsTests {
  static let now = WallTime(milliseconds: 1_800_000_000_000)

  /// The first step of a transfer, at a desk whose journal is real.
  func withStep(_ body: (inout UnwrittenSteps, JournalWriter, Switchboard.Step, TransferRequest) async throws -> Void)
    async throws
  {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let log = Log(minimum: .error, sink: { _ in })
    let path = folder.appendingPathComponent("journal.sqlite").path
    try await JournalWriter.withWriter(on: SQLiteDatabase(path), log: log) { writer in
      var desk = UnwrittenSteps(writer, log: log)
      var switchboard = Switchboard(soundsFolder: "/sounds")
      let request = try Sample.request()
      let step = try #require(switchboard.begin(request, at: Self.now).first)
      try await body(&desk, writer, step, request)
    }
  }

  @Test func nothingIsDoneBeforeItIsWritten() async throws {
    try await withStep { desk, writer, step, request in
      #expect(desk.take(step, of: request).isEmpty)
      #expect(desk.written(JournalProgress()).isEmpty)
      let progress = try #require(await writer.progress.first { $0.written > 0 })
      #expect(desk.written(progress) == [step])
    }
  }

  @Test func aDiskThatDoesNotTakeItKeepsNobodyWaiting() async throws {
    try await withStep { desk, _, step, request in
      _ = desk.take(step, of: request)
      let full = JournalProgress(trouble: JournalError(.diskFull, "no room"))
      #expect(desk.written(full) == [step] && desk.trouble != nil)
      #expect(desk.take(step, of: request) == [step], "nor those that follow")
      #expect(desk.written(JournalProgress()).isEmpty && desk.trouble == nil)
      #expect(desk.take(step, of: request).isEmpty)
    }
  }

  @Test func aDiskThatSaysNothingKeepsNobodyWaitingForLong() async throws {
    try await withStep { desk, _, step, request in
      _ = desk.take(step, of: request)
      #expect(desk.overdue(at: Self.now + .milliseconds(100)).isEmpty)
      #expect(desk.overdue(at: Self.now + .seconds(1)) == [step])
      #expect(desk.overdue(at: Self.now + .seconds(2)).isEmpty, "once is enough")
    }
  }
}
