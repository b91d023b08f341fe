internal import Transfer
internal import Transport

extension APIRoutes {
  /// One transfer from its beginning to its end.
  static let stories: [APIRoute] = [
    APIRoute(
      method: .get,
      path: "/v1/transfers/{id}/story",
      summary: "One transfer step by step: what happened, what was done, who heard what",
      access: .anyOf([.read]),
      inPath: [transferID],
      answers: [.init(status: 200, explanation: "The steps so far.", content: .json(.anyObject))],
      problems: [.unknownTransfer, .notAccepting]
    ) { call throws(Problem) in
      let id = try call.transfer()
      return .json(try await call.ask { desk throws(Refusal) in try await desk.story(of: id) })
    },
    APIRoute(
      method: .get,
      path: "/v1/transfers/{id}/briefing.wav",
      summary: "The briefing, spoken again from its words",
      access: .anyOf([.read]),
      inPath: [transferID],
      answers: [.init(status: 200, explanation: "WAVE, mono.", content: .other("audio/wav"))],
      problems: [.unknownTransfer, .notAccepting]
    ) { call throws(Problem) in
      let id = try call.transfer()
      let sound = try await call.ask { desk throws(Refusal) in try await desk.briefing(of: id) }
      return HTTPServerReply(
        status: 200,
        headers: [("Content-Type", "audio/wav"), ("Cache-Control", "no-store")],
        body: .whole(sound)
      )
    },
  ]
}
