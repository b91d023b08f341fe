import Foundation
import MemoryRecords
import Runtime
import Store
import Testing
import Transfer
import Web

@testable import Settings
@testable import WarmTransfer

@Suite(.timeLimit(.minutes(1))) struct ReportsTests {
  private static func settings() throws -> Settings {
    let text = """
      [general]
      ari_password = x
      [anna]
      type = target
      dial = PJSIP/anna
      [billing]
      type = group
      members = anna
      name = the billing team
      """
    return try Settings.load("a.conf", from: .pasted(Array(text.utf8), as: "a.conf"))
  }

  private func with(_ body: (Reports, RecordReader) async throws -> Void) async throws {
    let records = MemoryDatabase()
    try await JournalWriter.withWriter(on: records, limits: .unhurried, log: Log(minimum: .error) { _ in }) { journal in
      try await RecordReader.withReader(of: records, beside: journal) { reader in
        try await body(Reports(reader: reader, journal: journal), reader)
      }
    }
  }

  @Test func targetsAndGroupsAreCalledAsTheConfFileCallsThem() async throws {
    try await with { reports, _ in
      let answer = try await reports.figures(FiguresQuery(time: .seconds(60)), try Self.settings())
      #expect(answer.names == ["anna": "anna", "billing": "the billing team"])
      #expect(answer.question.to - answer.question.from == .seconds(60))
    }
  }

  @Test func whoeverAsksTooOftenIsSentAway() async throws {
    let settings = try Self.settings()
    try await with { reports, reader in
      let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
      let mayGoOn = DispatchSemaphore(value: 0)
      async let busy: Void = reader.read { _ in
        beginning.finish()
        mayGoOn.wait()
      }
      for await _ in begun {}
      let answers = await withTaskGroup(of: Bool.self) { group in
        for _ in 1...7 {
          group.addTask {
            do throws(Refusal) {
              _ = try await reports.figures(FiguresQuery(), settings)
              return true
            } catch {
              return false
            }
          }
        }
        var answers: [Bool] = []
        for await answer in group {
          answers.append(answer)
          // All that were too many have come back at once; the others have waited.
          if answers.count == 3 { mayGoOn.signal() }
        }
        return answers
      }
      try await busy
      #expect(answers == [false, false, false, true, true, true, true])
      _ = try await reports.figures(FiguresQuery(), settings)
    }
  }
}
