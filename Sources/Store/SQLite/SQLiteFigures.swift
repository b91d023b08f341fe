import Transfer
import Transport

// MARK: - What is counted

extension SQLiteChanges {
  func write(_ figures: TransferFigures, of transfer: TransferID) throws(JournalError) {
    let (id, caller) = (SQLValue.text(transfer.description), SQLValue(try callerKey(figures.callerNumber)))
    let (day, hour) = (SQLValue.text(figures.hour.day), SQLValue.integer(Int64(figures.hour.hour)))
    try database.prepare(
      """
      INSERT OR REPLACE INTO figures (transfer, requested_at, ended_at, day, hour, topic, target, result, cause, is_first,
        wait, talk, caller)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    .run(
      id,
      .integer(figures.requestedAt.milliseconds),
      .integer(figures.endedAt.milliseconds),
      day,
      hour,
      .text(figures.topic),
      .text(figures.target),
      .text(figures.result),
      .text(figures.cause),
      .integer(figures.isFirst ? 1 : 0),
      .integer(figures.wait.steps),
      SQLValue(figures.talk?.steps),
      caller
    )
    for call in figures.calls {
      try database.prepare(
        """
        INSERT OR REPLACE INTO figures_calls (transfer, leg, requested_at, day, hour, topic, target, result,
          time_to_accept, verdict, key)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
      )
      .run(
        id,
        .integer(Int64(call.leg)),
        .integer(figures.requestedAt.milliseconds),
        day,
        hour,
        .text(figures.topic),
        .text(call.target),
        .text(call.end),
        SQLValue(call.timeToAccept?.steps),
        SQLValue(call.verdict?.rawValue),
        .text(call.key.rawValue)
      )
    }
    try database.prepare(
      """
      UPDATE figures SET came_again_at = ?2
      WHERE caller = ?1 AND ended_at < ?2 AND (came_again_at IS NULL OR came_again_at > ?2)
      """
    )
    .run(caller, .integer(figures.requestedAt.milliseconds))
  }

  /// By which it is seen that a caller comes again. Nil for none.
  private func callerKey(_ number: String) throws(JournalError) -> String? {
    guard let digits = TransferFigures.digits(of: number) else { return nil }
    let key: String = try database.value("SELECT key FROM caller_key")
    return Secrets.hexadecimal(Array(Secrets.hmacSHA256(Array(digits.utf8), key: Array(key.utf8)).prefix(12)))
  }

  func countCalls(_ count: Int, about topic: String, in hour: LocalHour) throws(JournalError) {
    try database.prepare(
      """
      INSERT INTO calls (begin, day, hour, topic, count) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (begin, topic) DO UPDATE SET count = count + excluded.count
      """
    )
    .run(
      .integer(hour.begin.milliseconds),
      .text(hour.day),
      .integer(Int64(hour.hour)),
      .text(topic),
      .integer(Int64(count))
    )
  }
}

extension Duration {
  fileprivate var steps: Int64 { milliseconds / Spread.step.milliseconds }
}

// MARK: - What is asked

extension SQLiteQueries {
  func figures(_ question: FiguresQuestion) throws(JournalError) -> FiguresReport {
    let time: [SQLValue] = [.integer(question.from.milliseconds), .integer(question.to.milliseconds)]
    var report = FiguresReport()
    report.endings = try endings(time)
    report.judgements = try judgements(time)
    report.triggers = try triggers(time)
    if let grouping = question.by {
      try addGroups(by: grouping, question, time, to: &report)
    } else {
      report.total = try counts(question, time, by: nil).first?.figures ?? Figures()
      try add(spreads(time, by: nil), to: &report.total, "")
    }
    report.total.calls = try calls(time, by: nil).first?.count ?? 0
    return report
  }

  private func addGroups(
    by grouping: FiguresQuestion.Grouping,
    _ question: FiguresQuestion,
    _ time: [SQLValue],
    to report: inout FiguresReport
  ) throws(JournalError) {
    var groups = try counts(question, time, by: grouping)
    let spreads = try spreads(time, by: grouping)
    // Looking at all of them a second time would take as long again.
    report.total = Figures(sumOf: groups.map(\.figures), spreads.values)
    let calls = try calls(time, by: grouping)
    let known = Set(groups.map(\.name))
    groups += calls.filter { !known.contains($0.name) }.map { FiguresReport.Group($0.name) }
    switch grouping {
    case .hour, .day: groups.sort { $0.name < $1.name }
    case .target, .topic: groups.sort { ($1.figures.transfers, $0.name) < ($0.figures.transfers, $1.name) }
    }
    report.isCut = groups.count > question.groups
    // Of many days the last.
    groups = grouping == .day ? groups.suffix(question.groups) : Array(groups.prefix(question.groups))
    let counted = Dictionary(calls.map { ($0.name, $0.count) }) { $1 }
    for index in groups.indices {
      groups[index].figures.calls = grouping == .target ? nil : counted[groups[index].name] ?? 0
      add(spreads, to: &groups[index].figures, groups[index].name)
    }
    report.groups = groups
  }

  // MARK: One question each

  private func counts(
    _ question: FiguresQuestion,
    _ time: [SQLValue],
    by grouping: FiguresQuestion.Grouping?
  ) throws(JournalError) -> [FiguresReport.Group] {
    let statement = try database.prepare(
      """
      SELECT \(grouping.shown("name")), count(*), sum(is_first), sum(cause NOT IN ('DISABLED', 'NOTARGET')), sum(is_connected),
        sum(result = 'ABANDONED'), sum(answer IS 'resolved'), sum(answer IS 'not_resolved'), sum(answer IS 'wrong_team'),
        sum(is_connected AND came_again),
        sum(is_connected AND (answer IS NOT NULL OR came_again OR is_over)),
        sum(is_connected AND NOT came_again AND (answer IS 'resolved' OR (answer IS NULL AND is_over)))
      FROM (
        SELECT \(grouping.column) AS name, is_first, cause, result, result = 'CONNECTED' AS is_connected, w.answer,
          came_again_at IS NOT NULL AND came_again_at - ended_at <= ?3 AS came_again,
          caller IS NOT NULL AND ended_at + ?3 <= ?4 AS is_over
        FROM figures f LEFT JOIN wrap_ups w ON w.transfer = f.transfer
        WHERE requested_at >= ?1 AND requested_at < ?2
      ) GROUP BY name
      """
    )
    let times = time + [.integer(question.repeatCallLimit.milliseconds), .integer(question.now.milliseconds)]
    return try statement.rows(times) { row throws(JournalError) in
      FiguresReport.Group(try row.value(0), try Figures(row))
    }
  }

  private func calls(
    _ time: [SQLValue],
    by grouping: FiguresQuestion.Grouping?
  ) throws(JournalError) -> [(name: String, count: Int)] {
    if grouping == .target { return [] }
    let statement = try database.prepare(
      """
      SELECT \(grouping.shown(grouping.column)), sum(count) FROM calls WHERE begin >= ?1 - 3599999 AND begin < ?2
      GROUP BY \(grouping.column)
      """
    )
    return try statement.rows(time) { row throws(JournalError) in (try row.value(0), try row.count(1)) }
  }

  private typealias Spreads = [String: (wait: Spread, talk: Spread, accept: Spread)]

  private func spreads(_ time: [SQLValue], by grouping: FiguresQuestion.Grouping?) throws(JournalError) -> Spreads {
    var spreads: Spreads = [:]
    let empty = (wait: Spread(), talk: Spread(), accept: Spread())
    // To whole seconds, but for what takes few of them.
    for (part, table, column) in [
      (\Spreads.Value.wait, "figures", "(wait + 5) / 10 * 10"), (\.talk, "figures", "(talk + 5) / 10 * 10"),
      (\.accept, "figures_calls", "time_to_accept"),
    ] as [(WritableKeyPath<Spreads.Value, Spread>, String, String)] {
      let statement = try database.prepare(
        """
        SELECT \(grouping.shown(grouping.column)), \(column) AS steps, count(*) FROM \(table)
        WHERE requested_at >= ?1 AND requested_at < ?2 AND \(column) IS NOT NULL GROUP BY \(grouping.column), steps
        ORDER BY \(grouping.column), steps
        """
      )
      let rows = try statement.rows(time) { row throws(JournalError) in
        (name: try row.value(0, as: String.self), steps: try row.count(1), count: try row.count(2))
      }
      for row in rows { spreads[row.name, default: empty][keyPath: part].add(row.count, steps: row.steps) }
    }
    return spreads
  }

  private func add(_ spreads: Spreads, to figures: inout Figures, _ name: String) {
    guard let found = spreads[name] else { return }
    (figures.wait, figures.talk, figures.timeToAccept) = found
  }

  private func endings(_ time: [SQLValue]) throws(JournalError) -> [FiguresReport.Ending] {
    let statement = try database.prepare(
      """
      SELECT result, cause, count(*) AS n FROM figures WHERE requested_at >= ? AND requested_at < ?
      GROUP BY result, cause ORDER BY n DESC, result, cause
      """
    )
    return try statement.rows(time) { row throws(JournalError) in
      FiguresReport.Ending(result: try row.value(0), cause: try row.value(1), transfers: try row.count(2))
    }
  }

  private func judgements(_ time: [SQLValue]) throws(JournalError) -> [FiguresReport.Judgement] {
    let statement = try database.prepare(
      """
      SELECT verdict, key, count(*) FROM figures_calls
      WHERE requested_at >= ? AND requested_at < ? AND verdict IS NOT NULL GROUP BY verdict, key ORDER BY verdict, key
      """
    )
    return try statement.readableRows(time) { row throws(JournalError) in
      guard let verdict = Detection.Verdict(rawValue: try row.value(0)),
        let key = FiguresReport.Judgement.Key(rawValue: try row.value(1))
      else { throw JournalError(.unusable, "no verdict") }
      return FiguresReport.Judgement(verdict: verdict, key: key, calls: try row.count(2))
    }
  }
}

extension FiguresQuestion.Grouping? {
  /// The same in every table.
  fileprivate var column: String {
    switch self {
    case .target: "target"
    case .topic: "topic"
    case .day: "day"
    case .hour: "hour"
    case nil: "''"
    }
  }

  /// Made once for each group, not for each transfer.
  fileprivate func shown(_ column: String) -> String { self == .hour ? "printf('%02d', \(column))" : column }
}

extension Figures {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    self.init()
    (transfers, firstTransfers) = (try row.count(1), try row.count(2))
    (offered, connected, abandoned) = (try row.count(3), try row.count(4), try row.count(5))
    (answers.resolved, answers.notResolved, answers.wrongTeam) = (try row.count(6), try row.count(7), try row.count(8))
    (cameAgain, settled, resolved) = (try row.count(9), try row.count(10), try row.count(11))
  }
}

extension Figures {
  fileprivate init(
    sumOf parts: [Figures],
    _ spreads: some Collection<(wait: Spread, talk: Spread, accept: Spread)>
  ) {
    self.init()
    for part in parts {
      transfers += part.transfers
      firstTransfers += part.firstTransfers
      offered += part.offered
      connected += part.connected
      abandoned += part.abandoned
      answers.resolved += part.answers.resolved
      answers.notResolved += part.answers.notResolved
      answers.wrongTeam += part.answers.wrongTeam
      cameAgain += part.cameAgain
      settled += part.settled
      resolved += part.resolved
    }
    wait = Spread(sumOf: spreads.map(\.wait))
    talk = Spread(sumOf: spreads.map(\.talk))
    timeToAccept = Spread(sumOf: spreads.map(\.accept))
  }
}

extension Spread {
  fileprivate init(sumOf parts: [Spread]) {
    self.init()
    var counts: [Int: Int] = [:]
    for part in parts { for one in part.counts { counts[one.steps, default: 0] += one.count } }
    for (steps, count) in counts.sorted(by: { $0.key < $1.key }) { add(count, steps: steps) }
  }
}

extension SQLRow {
  fileprivate func count(_ column: Int32) throws(JournalError) -> Int { Int(try value(column, as: Int64.self)) }
}
