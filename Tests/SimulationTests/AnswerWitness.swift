import ARI
import Transfer

@testable import WarmTransfer

/// Watches over callers who are to be answered when somebody has accepted, and to hear nothing but music before.
struct AnswerWitness {
  /// From the join to the answer, on a day without faults.
  private static let answerTakes: Int64 = 50

  /// Since when each of them talks to a person without having been answered.
  private var unanswered: [String: Int64] = [:]
  private var talked: Set<String> = []

  /// What has been wrong since the last moment: until now everything was as it is.
  mutating func timePasses(to now: Int64, since last: Int64, _ lines: [Line], _ asterisk: FakeAsterisk, isCalm: Bool)
    -> String?
  {
    for line in lines where line.call.request.caller.isAnsweredOnAccept {
      if let fault = judge(line, to: now, since: last, asterisk, isCalm: isCalm) { return "\(line.call.id): \(fault)" }
    }
    return nil
  }

  private mutating func judge(
    _ line: Line,
    to now: Int64,
    since last: Int64,
    _ asterisk: FakeAsterisk,
    isCalm: Bool
  ) -> String? {
    let channel = line.call.channel
    guard let caller = asterisk.callers[channel], caller.place == .stasis else { return nil }
    if asterisk.isTalking(caller) { talked.insert(channel) }
    if caller.isUp { return talked.contains(channel) ? nil : "answered, and nobody has accepted" }
    if caller.playing != nil || caller.recordedAs != nil { return "spoken to, and not answered" }
    guard asterisk.isTalking(caller), isCalm || !line.mayBeSilent(at: last) else {
      unanswered[channel] = nil
      return nil
    }
    let start = unanswered[channel] ?? last
    unanswered[channel] = start
    return now - start > Self.answerTakes ? "in a conversation, and not answered" : nil
  }
}

extension Break {
  static let aboutAnswers: [Break] = [
    Break(
      name: "who is to be answered on acceptance is answered at once",
      offends: [.answeredOnAcceptance],
      follows: { step, _ in step.event == .requested ? [.answer(step.channel)] : [] }
    ),
    Break(
      name: "who is to be answered on acceptance is not answered",
      offends: [.answeredOnAcceptance],
      asks: leavingOut { if case .answer = $0 { true } else { false } }
    ),
    Break(
      name: "a service that comes back answers nobody",
      offends: [.answeredOnAcceptance],
      asks: { request, _, simulation in
        if case .command(.answer) = request, simulation.life > 1 { nil } else { request }
      }
    ),
  ]
}
