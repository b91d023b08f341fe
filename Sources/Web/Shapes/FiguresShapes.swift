internal import Runtime
internal import Transfer
internal import Transport

extension OrderShapes {
  static let mostCalls: Int64 = 1_000_000
  static let calls = Shape.named(
    "CallCount",
    .object([
      .optional("count", .integer(1...mostCalls), "How many. Default: 1."),
      .optional("topic", .text(TextShape(0...200, .line)), "What they were about, as a transfer's topic."),
    ])
  )
}

extension ReportShapes {
  static let audit = Shape.named(
    "AuditPage",
    .object([
      .needed("records", .list(of: .named("AuditRecord", .anyObject), most: nil), "Oldest first, each with its hash."),
      .needed("next", .text(.any), "Send it as cursor to get what comes after, now or later."),
      .needed("has_more", .flag, "Whether there is more already."),
    ])
  )

  private static let count = Shape.integer(0...Int64.max)
  private static let share = Shape.orNull(.number(0...1e6))
  private static let seconds = Shape.named(
    "Spread",
    .orNull(
      .object([
        .needed("count", count), .needed("mean", .number(0...1e12), "Seconds."),
        .needed("median", .number(0...1e12), "Seconds."),
        .needed("p90", .number(0...1e12), "Seconds that nine of ten did not exceed."),
      ])
    )
  )

  private static let measures: [Shape.Member] = [
    .needed("transfers", count), .needed("connected", count), .needed("abandoned", count),
    .needed("offered", count, "Transfers that were not refused at once: DISABLED and NOTARGET are."),
    .needed("calls", .orNull(count), "Calls reported with POST /v1/calls; null by target."),
    .needed("transfer_rate", share, "First transfers of a call, as a share of calls."),
    .needed("first_call_resolution", share, "resolved as a share of settled."),
    .needed("settled", count, "Conversations of which it is known by now whether they were enough."),
    .needed("resolved", count), .needed("came_again", count, "Callers transferred again within repeat_call_days."),
    .needed(
      "wrap_ups",
      .object([.needed("resolved", count), .needed("not_resolved", count), .needed("wrong_team", count)])
    ),
    .needed("abandonment", share, "abandoned as a share of offered."),
    .needed("handle_time", seconds, "Of conversations, from the join to the end."),
    .needed("wait", seconds, "From the request to the join, or to the end where there was none."),
    .needed("time_to_accept", seconds, "From the answer of the phone to the key."),
  ]

  static let figures = Shape.named(
    "Figures",
    .object([
      .needed("from", .time), .needed("to", .time), .needed("by", .orNull(text)),
      .needed("total", .named("Measures", .object(measures))),
      .needed(
        "groups",
        .list(
          of: .object(
            [
              .needed("name", text),
              .needed("label", text, "A target or topic as the conf file calls it in its name key."),
            ] + measures
          ),
          most: nil
        ),
        "Hours and days in their order, targets and topics with the most transfers first."
      ),
      .needed("is_cut", .flag, "There are more groups than are shown."),
      .needed(
        "endings",
        .list(of: .object([.needed("result", text), .needed("cause", text), .needed("transfers", count)]), most: nil)
      ),
      .needed(
        "detector",
        .list(
          of: .object([
            .needed("verdict", .choice(["human", "machine", "notSure"])),
            .needed("key", .choice(FiguresReport.Judgement.Key.allCases.map(\.rawValue))), .needed("calls", count),
          ]),
          most: nil
        ),
        "What answering machine detection said, and what the key said then."
      ),
      .needed(
        "triggers",
        .list(of: .object([.needed("trigger", text), .needed("count", count)]), most: nil),
        "How often each trigger fired, the most frequent first."
      ),
      .needed(
        "thresholds",
        .object([
          .needed("transfer_rate_at_most", .number(0...1)), .needed("first_call_resolution_at_least", .number(0...1)),
          .needed("abandonment_at_most", .number(0...1)),
        ])
      ),
    ])
  )

  private static let text = Shape.text(.any)
}

/// What the field calls good.
enum FiguresThreshold {
  static let transferRate = 0.2
  static let firstCallResolution = 0.8
  static let abandonment = 0.05
}

extension FiguresAnswer {
  var json: JSON {
    [
      "from": question.from.json, "to": question.to.json,
      "by": question.by.map { .string($0.rawValue) } ?? nil, "total": .object(report.total.members),
      "groups": .array(
        report.groups.map { group in
          let names: [String: JSON] = ["name": .string(group.name), "label": .string(label(of: group))]
          return .object(group.figures.members.merging(names) { $1 })
        }
      ),
      "is_cut": .bool(report.isCut),
      "endings": .array(
        report.endings.map {
          ["result": .string($0.result), "cause": .string($0.cause), "transfers": .integer(Int64($0.transfers))]
        }
      ),
      "detector": .array(
        report.judgements.map {
          [
            "verdict": .string($0.verdict.rawValue), "key": .string($0.key.rawValue),
            "calls": .integer(Int64($0.calls)),
          ]
        }
      ),
      "triggers": .array(
        report.triggers.map { ["trigger": .string($0.trigger), "count": .integer(Int64($0.count))] }
      ),
      "thresholds": [
        "transfer_rate_at_most": .real(FiguresThreshold.transferRate),
        "first_call_resolution_at_least": .real(FiguresThreshold.firstCallResolution),
        "abandonment_at_most": .real(FiguresThreshold.abandonment),
      ],
    ]
  }
}

extension Figures {
  fileprivate var members: [String: JSON] {
    [
      "transfers": .count(transfers), "connected": .count(connected), "abandoned": .count(abandoned),
      "offered": .count(offered), "calls": calls.map { .count($0) } ?? nil, "transfer_rate": .share(transferRate),
      "first_call_resolution": .share(firstCallResolution), "settled": .count(settled), "resolved": .count(resolved),
      "came_again": .count(cameAgain),
      "wrap_ups": [
        "resolved": .count(answers.resolved), "not_resolved": .count(answers.notResolved),
        "wrong_team": .count(answers.wrongTeam),
      ],
      "abandonment": .share(abandonment), "handle_time": talk.json, "wait": wait.json,
      "time_to_accept": timeToAccept.json,
    ]
  }
}

extension Spread {
  fileprivate var json: JSON {
    guard let mean, let median = quantile(0.5), let late = quantile(0.9) else { return nil }
    return [
      "count": .count(count), "mean": .real(mean.inSeconds), "median": .real(median.inSeconds),
      "p90": .real(late.inSeconds),
    ]
  }
}

extension Duration {
  var inSeconds: Double { Double(milliseconds) / 1_000 }
}

extension JSON {
  fileprivate static func count(_ count: Int) -> JSON { .integer(Int64(count)) }

  /// To a hundredth of a per cent.
  fileprivate static func share(_ share: Double?) -> JSON {
    share.map { .real(($0 * 10_000).rounded() / 10_000) } ?? .null
  }
}
