package import Transfer
internal import Transport

/// Somebody who is to be called back, or was.
package struct CallbackReport: Equatable, Sendable {
  package enum State: String, Sendable, CaseIterable {
    /// In line, until somebody is free for them.
    case waiting
    /// Nobody is rung for them before the next try.
    case resting
    /// A person's phone rings.
    case ringing
    /// A person is there, and hears whom they are to call.
    case briefing
    /// The caller's phone rings, or is being joined.
    case calling
    case connected, ended
  }

  package let id: TransferID
  package let number: String
  package let callerName: String
  package let topic: String
  /// The target or group whose people call; nil where a web server is still to say it.
  package let party: String?
  package let state: State
  /// How many times the caller's phone has rung.
  package let tries: Int
  /// While it rests.
  package let nextTryAt: WallTime?
  package let expiresAt: WallTime
  package let requestedAt: WallTime
  /// Since when they have had their place in line.
  package let waitingSince: WallTime
  package let place: Int?
  package let outcome: Outcome?

  package init(
    id: TransferID,
    number: String,
    callerName: String,
    topic: String,
    party: String?,
    state: State,
    tries: Int,
    nextTryAt: WallTime?,
    expiresAt: WallTime,
    requestedAt: WallTime,
    waitingSince: WallTime,
    place: Int?,
    outcome: Outcome?
  ) {
    self.id = id
    self.number = number
    self.callerName = callerName
    self.topic = topic
    self.party = party
    self.state = state
    self.tries = tries
    self.nextTryAt = nextTryAt
    self.expiresAt = expiresAt
    self.requestedAt = requestedAt
    self.waitingSince = waitingSince
    self.place = place
    self.outcome = outcome
  }
}

/// `POST /v1/callbacks`
package struct CallbackOrder: Equatable, Sendable {
  /// As it was written.
  package let number: String
  /// The name of a target or of a group; nil: the rules choose.
  package let target: String?
  /// By the wall clock; nil: as soon as somebody is free.
  package let notBefore: WallTime?
  package let context: CallContext
  /// The name of the token with which it was posted.
  package let requestedBy: String

  package init(
    number: String,
    target: String? = nil,
    notBefore: WallTime? = nil,
    context: CallContext = CallContext(),
    requestedBy: String
  ) {
    self.number = number
    self.target = target
    self.notBefore = notBefore
    self.context = context
    self.requestedBy = requestedBy
  }
}

/// What the API asks of the service about callers who are to be called back.
package protocol CallbacksBackend: Sendable {
  /// Once it is written down.
  func callBack(_ order: CallbackOrder) async throws(Refusal) -> CallbackReport
  /// Those that have not ended, the oldest first.
  func openCallbacks() async -> [CallbackReport]
  func callback(_ id: TransferID) async throws(Refusal) -> CallbackReport
  func cancelCallback(_ id: TransferID, by requester: String) async throws(Refusal)
}

extension CallbackReport {
  private static let text = Shape.text(.any)

  static let shape = Shape.named(
    "Callback",
    .object([
      .needed("id", text, "Its transfer's, too."), .needed("number", text), .needed("caller_name", text),
      .needed("topic", text), .needed("party", .orNull(text), "The target or group whose people call."),
      .needed("state", .choice(State.allCases.map(\.rawValue))),
      .needed("tries", .integer(0...Int64.max), "How many times the caller's phone has rung."),
      .needed("next_try_at", .orNull(.time), "While resting."), .needed("expires_at", .time),
      .needed("requested_at", .time), .needed("waiting_since", .time, "From when the place in line counts."),
      .needed("place", .orNull(.integer(1...Int64.max)), "Place in the waiting line. 1 is the next."),
      .needed("outcome", .orNull(ReportShapes.outcome), "When it has ended."),
    ])
  )

  var json: JSON {
    [
      "id": .string(id.description), "number": .string(number), "caller_name": .string(callerName),
      "topic": .string(topic), "party": .text(party), "state": .string(state.rawValue),
      "tries": .integer(Int64(tries)), "next_try_at": nextTryAt?.json ?? .null, "expires_at": expiresAt.json,
      "requested_at": requestedAt.json, "waiting_since": waitingSince.json,
      "place": place.map { .integer(Int64($0)) } ?? .null, "outcome": outcome?.json ?? .null,
    ]
  }
}
