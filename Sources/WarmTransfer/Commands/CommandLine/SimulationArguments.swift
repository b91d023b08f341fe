/// What `simulate` is asked.
package struct SimulationOrder: Equatable, Sendable {
  package var call: SimulatedCall
  /// A file, or `-`: the text of one comes over standard input.
  package var configuration: String
  /// The folder for the sound files; `-`: they are a part of the JSON.
  package var sounds: String?
  package var asJSON: Bool

  package init(call: SimulatedCall, configuration: String, sounds: String? = nil, asJSON: Bool = false) {
    (self.call, self.configuration, self.sounds, self.asJSON) = (call, configuration, sounds, asJSON)
  }
}

extension CommandTable {
  private static let answers = SimulatedCall.Answer.allCases.map { "\($0.rawValue) (\($0.meaning))" }

  static let simulate = CommandDescription(
    name: "simulate",
    options: question + [
      .init(name: "--caller-name", value: "NAME", summary: "as WT_CALLER_NAME"),
      .init(name: "--reason", value: "TEXT", summary: "as WT_REASON"),
      .init(name: "--summary", value: "TEXT", summary: "as WT_SUMMARY"),
      .init(name: "--next-action", value: "TEXT", summary: "as WT_NEXT_ACTION"),
      .init(
        name: "--answer",
        value: "LIST",
        summary: "what those do who are rung, separated by commas; default accept, the last one for all others"
      ),
      .init(name: "--hang-up-after", value: "SECONDS", summary: "the caller hangs up then"),
      .init(name: "--opt-out-after", value: "SECONDS", summary: "the caller presses opt_out_digits then"),
      .init(
        name: "--sounds",
        value: "FOLDER",
        summary: "write what each side hears: caller.wav, agent.wav",
        takes: .file
      ),
      json("what happened, step by step"), config,
    ],
    summary: "try the settings on a made-up call, without a phone",
    details: [
      "Plays one transfer through the real settings, rules, texts and voices, on a clock that does not wait, and prints "
        + "each step. Neither Asterisk nor the service has to run. Nobody is dialled, no web server is asked or told, and "
        + "nothing is written but the sound files.",
      "LIST is of \(answers.joined(separator: ", ")).",
      "With --config - the settings are read from standard input: that text may include no files and name none for "
        + "passwords. With --json, --sounds - puts the sounds into the JSON, in base64.",
    ],
    exitCodes: [.init(code: 1, meaning: "the caller would not be connected")]
  )
}

extension GivenWords {
  func simulation(_ configuration: String) throws(Arguments.Mistake) -> SimulationOrder {
    var call = SimulatedCall()
    call.question = try question()
    call.callerName = value(of: "--caller-name") ?? ""
    call.reason = value(of: "--reason") ?? ""
    call.summary = value(of: "--summary") ?? ""
    call.nextAction = value(of: "--next-action") ?? ""
    call.answers = value(of: "--answer") ?? call.answers
    call.hangsUpAfter = try number(of: "--hang-up-after", from: 0)
    call.optsOutAfter = try number(of: "--opt-out-after", from: 0)
    return SimulationOrder(
      call: call,
      configuration: configuration,
      sounds: value(of: "--sounds"),
      asJSON: isGiven("--json")
    )
  }
}
