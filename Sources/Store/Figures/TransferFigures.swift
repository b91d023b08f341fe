package import Transfer

/// An hour of the calendar, as the clocks of one place show it.
package struct LocalHour: Hashable, Sendable {
  /// `2026-11-21`
  package let day: String
  /// 0 to 23.
  package let hour: Int
  package let begin: WallTime

  package init(_ moment: WallTime, in zone: TimeZoneTable) {
    let clock = zone.wallClock(at: moment)
    day = clock.date.description
    hour = clock.minuteOfDay / 60
    let minute = moment.milliseconds - moment.milliseconds % 60_000
    begin = WallTime(milliseconds: minute - Int64(clock.minuteOfDay % 60) * 60_000)
  }
}

/// What is counted of one transfer.
package struct TransferFigures: Equatable, Sendable {
  /// The call to one person.
  package struct Call: Equatable, Sendable {
    package let leg: Int
    package let target: String
    /// `CONNECTED`, `RELEASED`, or the cause of its failure.
    package let end: String
    /// From the answer to the key that accepts.
    package let timeToAccept: Duration?
    package let verdict: Detection.Verdict?
    package let key: FiguresReport.Judgement.Key
  }

  package let requestedAt: WallTime
  package let endedAt: WallTime
  package let hour: LocalHour
  package let topic: String
  /// Who was connected or rung last, else who was asked for.
  package let target: String
  package let result: String
  package let cause: String
  /// No transfer of this call has come to nothing before.
  package let isFirst: Bool
  package let wait: Duration
  /// Of callers who were connected.
  package let talk: Duration?
  package let callerNumber: String
  package let calls: [Call]

  init(_ summary: TransferSummary, _ course: TransferCourse?, in zone: TimeZoneTable) {
    requestedAt = summary.requestedAt
    endedAt = summary.endedAt ?? summary.requestedAt
    hour = LocalHour(summary.requestedAt, in: zone)
    topic = summary.topic
    target = summary.target ?? summary.party ?? ""
    result = summary.result?.rawValue ?? ""
    cause = summary.cause?.rawValue ?? ""
    isFirst = (course?.request.tries ?? 0) == 0
    wait = summary.wait ?? .zero
    talk = summary.result == .connected ? course?.reached(.connected).map { [endedAt] in endedAt - $0 } : nil
    callerNumber = summary.callerNumber
    calls = course?.calls.map(Call.init) ?? []
  }

  /// The same for the same number, whether it is written with the plus or the zeros of its country or not. Nil for what is
  /// no number.
  package static func digits(of number: String) -> String? {
    let digits = number.filter { ("0"..."9").contains($0) }.drop { $0 == "0" }
    return digits.count > 2 ? String(digits) : nil
  }
}

extension TransferFigures.Call {
  fileprivate init(_ call: TransferCourse.Call) {
    leg = call.leg.number
    target = call.target
    end = call.end?.name ?? "RELEASED"
    timeToAccept = call.answeredAt.flatMap { answered in call.acceptedAt.map { $0 - answered } }
    verdict = call.detection?.verdict
    key = call.acceptedAt != nil ? .accepted : call.end == .failed(.declined) ? .declined : .none
  }
}

package protocol FiguresQueries {
  func figures(_ question: FiguresQuestion) throws(JournalError) -> FiguresReport
}

package protocol FiguresChanges {
  /// So many calls that voice agents have taken.
  func countCalls(_ count: Int, about topic: String, in hour: LocalHour) throws(JournalError)
}
