import Runtime
import Settings
import Store
import Synchronization
import Transfer
import Web

/// What the API asks about transfers that are over, of a reader of its own: a look at many of them keeps nobody waiting.
struct Reports: Sendable {
  private static let days: Duration = .seconds(24 * 3_600)

  /// Who asks for figures while so many others do is sent away: each look takes a part of a second.
  private static let mostLooks = 4

  private final class Looks: Sendable {
    let count = Mutex(0)
  }

  let reader: RecordReader
  let journal: JournalWriter
  private let looks = Looks()

  init(reader: RecordReader, journal: JournalWriter) {
    self.reader = reader
    self.journal = journal
  }

  func audit(_ query: AuditQuery) async throws(Refusal) -> AuditPage {
    try await reader.answer { records throws(JournalError) in
      var after = query.after ?? 0
      if query.after == nil, let since = query.since {
        guard let numbers = try records.auditNumbers(from: since, to: nil) else {
          return AuditPage(records: [], next: try records.auditHead()?.number ?? 0, hasMore: false)
        }
        after = numbers.lowerBound - 1
      }
      let found = try records.auditRecords(after: after, limit: query.limit + 1)
      let page = found.prefix(query.limit)
      return AuditPage(
        records: page.map(\.json),
        next: page.last?.number ?? after,
        hasMore: found.count > query.limit
      )
    }
  }

  func figures(_ query: FiguresQuery, _ settings: Settings) async throws(Refusal) -> FiguresAnswer {
    let isOneTooMany = looks.count.withLock { count in
      count += 1
      return count > Self.mostLooks
    }
    defer { looks.count.withLock { $0 -= 1 } }
    if isOneTooMany { throw .notAcceptingNow("figures are being asked for too often") }
    let now = SystemClock().wall
    let to = query.to ?? now
    let question = FiguresQuestion(
      from: query.from ?? to + query.time * -1,
      to: to,
      by: query.by,
      repeatCallLimit: Self.days * settings.general.repeatCallDays,
      now: now
    )
    let names = settings.targets.map { ($0.name, $0.spokenName) } + settings.groups.map { ($0.name, $0.spokenName) }
    return FiguresAnswer(
      question,
      try await reader.answer { records throws(JournalError) in try records.figures(question) },
      names: Dictionary(names) { first, _ in first }
    )
  }

  func countCalls(_ count: Int, about topic: String, _ settings: GeneralSettings) async throws(Refusal) {
    do throws(JournalError) {
      let hour = LocalHour(SystemClock().wall, in: settings.timeZone)
      try await journal.countCalls(count, about: topic, in: hour)
    } catch {
      throw .unwritable(error)
    }
  }

  /// None where the journal cannot be read: its own metrics tell that.
  func webhookBacklogs() async -> [WebhookBacklog] {
    do throws(JournalError) {
      return try await reader.read { records throws(JournalError) in try records.webhookBacklogs() }
    } catch {
      return []
    }
  }
}

extension ServiceBackend {
  func audit(_ query: AuditQuery) async throws(Refusal) -> AuditPage { try await reports.audit(query) }

  func figures(_ query: FiguresQuery) async throws(Refusal) -> FiguresAnswer {
    try await reports.figures(query, await coordinator.settings)
  }

  func countCalls(_ count: Int, about topic: String) async throws(Refusal) {
    try await reports.countCalls(count, about: topic, await coordinator.settings.general)
  }
}
