internal import Transfer

/// The pictures that are made of figures.
enum FiguresPlot: String, CaseIterable, Sendable {
  case transferRate = "transfer-rate"
  case firstCallResolution = "first-call-resolution"
  case handleTime = "handle-time"
  case abandonment
  case waits
  case timeToAccept = "time-to-accept"
  case endings
  case detector

  /// The four that tell whether warm transfer works.
  static let main = [transferRate, firstCallResolution, handleTime, abandonment]

  private static let waitLimits = [5, 10, 20, 30, 45, 60, 90, 120, 300]
  private static let acceptLimits = [2, 4, 6, 8, 10, 15, 20, 30]

  func chart(of answer: FiguresAnswer) -> BarChart {
    let report = answer.report
    switch self {
    case .transferRate:
      return shares(answer, "Transfer rate", "first transfers of a call, of the calls that voice agents reported") {
        ($0.transferRate, "\($0.firstTransfers) of \($0.calls ?? 0)")
      } isGood: {
        $0 <= FiguresThreshold.transferRate
      } limit: {
        (FiguresThreshold.transferRate, .atMost)
      }
    case .firstCallResolution:
      return shares(answer, "First-call resolution", "conversations that were enough, of those of which it is known") {
        ($0.firstCallResolution, "\($0.resolved) of \($0.settled)")
      } isGood: {
        $0 >= FiguresThreshold.firstCallResolution
      } limit: {
        (FiguresThreshold.firstCallResolution, .atLeast)
      }
    case .abandonment:
      return shares(answer, "Abandonment", "callers who hung up before they were connected, of those who waited") {
        ($0.abandonment, "\($0.abandoned) of \($0.offered)")
      } isGood: {
        $0 <= FiguresThreshold.abandonment
      } limit: {
        (FiguresThreshold.abandonment, .atMost)
      }
    case .handleTime: return handleTimes(answer)
    case .waits:
      return histogram("Waits", "how long callers waited, connected or not", report.total.wait, Self.waitLimits)
    case .timeToAccept:
      return histogram(
        "Time to accept",
        "from the answer of the phone to the key",
        report.total.timeToAccept,
        Self.acceptLimits
      )
    case .endings:
      return counts(
        "How transfers ended",
        "result and cause",
        "transfers",
        report.endings.map { ("\($0.result) \($0.cause)", $0.transfers) }
      )
    case .detector:
      return counts(
        "Answering machine detection",
        "what it said, and what the key said then",
        "calls",
        report.judgements.map { ("\($0.verdict.inWords), \($0.key.inWords)", $0.calls) }
      )
    }
  }

  // MARK: Kinds of charts

  private func shares(
    _ answer: FiguresAnswer,
    _ title: String,
    _ meaning: String,
    _ share: (Figures) -> (Double?, String),
    isGood: (Double) -> Bool,
    limit: () -> (Double, BarChart.Threshold.Side)
  ) -> BarChart {
    let bars = answer.groups.map { group in
      let (value, of) = share(group.figures)
      return BarChart.Bar(
        label: answer.label(of: group),
        value: value ?? 0,
        text: value?.inPerCent ?? "no data",
        detail: of,
        isGood: value.map(isGood) ?? true
      )
    }
    let (value, side) = limit()
    return BarChart(
      name: rawValue,
      title: title,
      meaning: meaning + answer.cut,
      labels: answer.question.by?.rawValue ?? "",
      values: "share",
      bars: bars,
      threshold: .init(value: value, text: "\(side.rawValue) \(value.inPerCent)", side: side)
    )
  }

  private func handleTimes(_ answer: FiguresAnswer) -> BarChart {
    BarChart(
      name: rawValue,
      title: "Handle time",
      meaning: "median of conversations, from the join to the end" + answer.cut,
      labels: answer.question.by?.rawValue ?? "",
      values: "median",
      bars: answer.groups.map { group in
        let spread = group.figures.talk
        let late = spread.quantile(0.9).map { ", 9 of 10 up to \($0.inWords)" } ?? ""
        return BarChart.Bar(
          label: answer.label(of: group),
          value: spread.quantile(0.5)?.inSeconds ?? 0,
          text: spread.quantile(0.5)?.inWords ?? "no data",
          detail: "\(spread.count) \(spread.count == 1 ? "conversation" : "conversations")\(late)"
        )
      }
    )
  }

  private func histogram(_ title: String, _ meaning: String, _ spread: Spread, _ limits: [Int]) -> BarChart {
    let upTo = limits.map { spread.atMost(.seconds($0)) }
    let counts = zip([0] + upTo, upTo + [spread.count]).map { $1 - $0 }
    let labels = limits.map { "up to \($0) s" } + ["longer"]
    return self.counts(title, meaning, "number", Array(zip(labels, counts)))
  }

  private func counts(_ title: String, _ meaning: String, _ unit: String, _ rows: [(String, Int)]) -> BarChart {
    let total = rows.reduce(0) { $0 + $1.1 }
    return BarChart(
      name: rawValue,
      title: title,
      meaning: meaning,
      labels: "",
      values: unit,
      bars: rows.map { label, count in
        let share = total > 0 ? (Double(count) / Double(total)).inPerCent : "none"
        return BarChart.Bar(label: label, value: Double(count), text: "\(count)", detail: share)
      }
    )
  }
}

extension FiguresAnswer {
  /// Those asked for; without any, all together.
  fileprivate var groups: [FiguresReport.Group] {
    question.by == nil ? [FiguresReport.Group("all", report.total)] : report.groups
  }

  fileprivate var cut: String {
    report.isCut && question.by != nil ? "; only \(report.groups.count) of them are shown" : ""
  }
}

extension Detection.Verdict {
  fileprivate var inWords: String {
    switch self {
    case .human: "person"
    case .machine: "machine"
    case .notSure: "not sure"
    }
  }
}

extension FiguresReport.Judgement.Key {
  fileprivate var inWords: String {
    switch self {
    case .accepted: "accepted"
    case .declined: "declined"
    case .none: "no key"
    }
  }
}

extension Double {
  /// `4.5 %`
  fileprivate var inPerCent: String {
    let tenths = Int((self * 1_000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
  }
}

extension Duration {
  /// `3 min 5 s`
  fileprivate var inWords: String {
    let seconds = Int((inSeconds).rounded())
    return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }
}
