package import Transfer
package import Transport

/// What the API asks of the journal about transfers that are over.
package protocol ReportsBackend: Sendable {
  func audit(_ query: AuditQuery) async throws(Refusal) -> AuditPage
  /// At once, whatever else is asked for: `from` and `to` have their defaults here.
  func figures(_ query: FiguresQuery) async throws(Refusal) -> FiguresAnswer
  /// So many calls that a voice agent has taken.
  func countCalls(_ count: Int, about topic: String) async throws(Refusal)
}

package struct AuditQuery: Equatable, Sendable {
  /// Only records since then.
  package var since: WallTime?
  /// Only those after the one of this number.
  package var after: Int64?
  package var limit: Int

  package init(since: WallTime? = nil, after: Int64? = nil, limit: Int) {
    self.since = since
    self.after = after
    self.limit = limit
  }
}

package struct AuditPage: Equatable, Sendable {
  /// In order, as they are exported.
  package var records: [JSON]
  /// From which the next page goes on, also when there is none yet.
  package var next: Int64
  package var hasMore: Bool

  package init(records: [JSON], next: Int64, hasMore: Bool) {
    self.records = records
    self.next = next
    self.hasMore = hasMore
  }
}

package struct FiguresQuery: Equatable, Sendable {
  package static let usualTime: Duration = .seconds(30 * 86_400)

  package var from: WallTime?
  package var to: WallTime?
  /// Without `from`: this long before `to`.
  package var time: Duration
  package var by: FiguresQuestion.Grouping?

  package init(
    from: WallTime? = nil,
    to: WallTime? = nil,
    time: Duration = usualTime,
    by grouping: FiguresQuestion.Grouping? = nil
  ) {
    self.from = from
    self.to = to
    self.time = time
    self.by = grouping
  }
}

package struct FiguresAnswer: Equatable, Sendable {
  package var question: FiguresQuestion
  package var report: FiguresReport
  /// What people call the targets and groups of the conf file, by their names.
  package var names: [String: String]

  package init(_ question: FiguresQuestion, _ report: FiguresReport, names: [String: String] = [:]) {
    self.question = question
    self.report = report
    self.names = names
  }

  /// A topic is often the name of those who deal with it. Where two are called the same, the name tells them apart.
  func label(of group: FiguresReport.Group) -> String {
    switch question.by {
    case .target, .topic:
      guard let label = names[group.name] else { return group.name }
      return names.values.count { $0 == label } > 1 ? "\(label) (\(group.name))" : label
    case .hour, .day, nil: return group.name
    }
  }
}
