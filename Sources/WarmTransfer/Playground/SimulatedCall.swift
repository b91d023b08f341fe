import Settings
import Transfer
import Transport

/// A made-up call to try the settings on: who calls and why, and what the people do who are rung.
package struct SimulatedCall: Equatable, Sendable {
  package struct Mistake: Error, Equatable {
    package let message: String
  }

  /// What somebody does whose phone rings.
  package enum Answer: String, CaseIterable, Sendable {
    case accept, decline, `repeat`, silent, hangup, busy, reject, noanswer, unreachable, machine

    package var meaning: String {
      switch self {
      case .accept: "hears the briefing and presses the accept key"
      case .decline: "hears it and presses the decline key"
      case .repeat: "has it repeated, then accepts"
      case .silent: "answers and presses nothing"
      case .hangup: "answers and hangs up"
      case .busy: "is busy"
      case .reject: "rejects the call"
      case .noanswer: "lets it ring"
      case .unreachable: "cannot be reached"
      case .machine: "is an answering machine"
      }
    }
  }

  /// All that the rules are asked about.
  package var question = RouteQuestion()
  package var callerName = ""
  package var reason = ""
  package var summary = ""
  package var nextAction = ""
  /// In the order in which phones are rung, with commas between; the last is everybody else's too.
  package var answers = Answer.accept.rawValue
  /// In seconds after the call has come in.
  package var hangsUpAfter: Int?
  package var optsOutAfter: Int?

  package init() {}

  func readAnswers() throws(Mistake) -> [Answer] {
    var found: [Answer] = []
    for word in answers.split(separator: ",", omittingEmptySubsequences: false) {
      let word = String(word.filter { $0 != " " })
      guard let answer = Answer(rawValue: word) else {
        let known = Answer.allCases.map(\.rawValue)
        let near = suggestion(for: word, among: known)
        throw Mistake(
          message: "--answer: '\(word)'\(near.isEmpty ? " is none of \(known.joined(separator: ", "))" : near)"
        )
      }
      found.append(answer)
    }
    return found
  }

  /// As the dialplan would set them.
  var variables: [String: String] {
    var context = CallContext()
    (context.topic, context.reason, context.summary) = (question.topic ?? "", reason, summary)
    (context.callerName, context.nextAction) = (callerName, nextAction)
    context.language = question.language.flatMap { LanguageTag($0) }
    context.facts = question.facts
    var variables = CallerVariables(context).values
    variables["WT_TARGET"] = question.target
    variables["WT_TRIES"] = question.tries > 0 ? String(question.tries) : nil
    return variables.filter { !$0.value.isEmpty }
  }
}

/// How far a simulation goes, whatever it is asked.
package struct SimulationLimits: Sendable {
  /// On the simulated clock.
  package var length: Duration = .seconds(2 * 3_600)
  /// On the machine's.
  package var patience: Duration = .seconds(60)
  package var steps = 20_000
  package var texts = 200
  /// Of what each side hears; the rest is left out.
  package var sound: Duration = .seconds(600)

  package init() {}
}
