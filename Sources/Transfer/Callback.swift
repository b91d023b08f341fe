/// What the administrator wants of callbacks: calls to callers who would not wait any longer for a person.
package struct CallbackPolicy: Equatable, Sendable, Codable {
  /// What is dialled; its star stands for the caller's number. Nil: there are no callbacks.
  package var dial: DialPattern?
  /// What the caller's phone shows; nil: what people's phones show.
  package var callerID: ProxyCallerID?
  /// The first digits of numbers that callers may key in; none: only their own number is called.
  package var prefixes: [String] = []
  /// What a caller presses who would rather be called back than wait; nil: they are not asked.
  package var offer: DigitSequence?
  package var ringTimeout: Duration = .seconds(30)
  package var tries = 3
  package var pause: Duration = .seconds(600)
  package var expiry: Duration = .seconds(86_400)
  /// When callers may be rung, as rules write it; none: always.
  package var hours: [String] = []
  package var detectsMachines = true
  package var afterPromise = AfterCall.hangUp

  package init() {}
}

/// What somebody was promised, or was asked for by the API.
package struct CallbackPromise: Hashable, Sendable, Codable {
  package var number: String
  /// By the wall clock; nil: as soon as somebody is free.
  package var notBefore: WallTime?

  package init(number: String, notBefore: WallTime? = nil) {
    (self.number, self.notBefore) = (number, notBefore)
  }
}

/// How somebody is called back: this makes a transfer of a request without a caller.
package struct CallbackTerms: Equatable, Sendable, Codable {
  /// The caller's phone: what is dialled, and what is said to whoever answers it.
  package var callee: Target
  package var tries: Int
  package var pause: Duration
  package var notBefore: WallTime?
  package var expiresAt: WallTime
  package var hours: [String]
  /// How long they had waited when they were promised it, and when that was, in words; empty where nobody has waited.
  package var waited = ""
  package var askedAt = ""
}

extension DialPattern: Codable {
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let pattern = DialPattern(text) else {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: text))
    }
    self = pattern
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// A telephone number as it may be dialled: digits, with or without a plus before them.
package struct TelephoneNumber: Hashable, Sendable, CustomStringConvertible {
  private static let lengths = 3...20
  /// So many of the last digits are the same, however much of the rest is written.
  private static let significant = 9

  package let description: String

  /// Nil for what is none. Blanks and the marks between digits are left out.
  package init?(_ text: String) {
    guard text.utf8.count <= 64 else { return nil }
    let number = text.filter { !" -/.()".contains($0) }
    let digits = number.first == "+" ? number.dropFirst() : number[...]
    guard Self.lengths.contains(digits.count), digits.allSatisfy(\.isASCIIDigit) else { return nil }
    description = number
  }

  private var digits: String { description.first == "+" ? String(description.dropFirst()) : description }

  package func isTheSame(as other: TelephoneNumber) -> Bool {
    digits == other.digits
      || min(digits.count, other.digits.count) >= Self.significant
        && digits.suffix(Self.significant) == other.digits.suffix(Self.significant)
  }

  /// Digit by digit.
  var spoken: String { description.map { String($0) }.joined(separator: " ") }
}

extension TransferRequest {
  package var isCallback: Bool { callback != nil }

  /// The caller's own number, where it can be dialled.
  var callersNumber: TelephoneNumber? { TelephoneNumber(caller.number) }

  /// Callers may ask for it: there is a way to dial them, and a number.
  var offersCallback: Bool {
    policy.callback.dial != nil && (callersNumber != nil || !policy.callback.prefixes.isEmpty)
  }

  /// A caller may name this number: it is their own, or one of those that the administrator allows.
  func mayBeCalled(_ number: TelephoneNumber) -> Bool {
    callersNumber.map(number.isTheSame) == true
      || policy.callback.prefixes.contains { number.description.hasPrefix($0) }
  }

  /// The transfer in which this caller is called back. Nil where nobody can be dialled.
  package func callback(_ promise: CallbackPromise, askedAt asked: String, waitingSince: WallTime?, at now: WallTime)
    -> TransferRequest?
  {
    guard let dial = policy.callback.dial, let number = TelephoneNumber(promise.number) else { return nil }
    var request = self
    request.id = id.ofCallback
    request.caller = Caller(channel: "", name: caller.name, number: number.description, isAnswered: true)
    (request.voiceAgent, request.asteriskRun) = (nil, nil)
    request.waitingSince = waitingSince
    request.plan = plan.forCallbacks
    request.policy.announcement = .empty
    request.policy.comfortInterval = .zero
    request.policy.optOut = nil
    request.callback = CallbackTerms(
      callee: callee(on: dial.dialString(of: number.description)),
      tries: policy.callback.tries,
      pause: policy.callback.pause,
      notBefore: promise.notBefore,
      expiresAt: max(now, promise.notBefore ?? now) + policy.callback.expiry,
      hours: policy.callback.hours,
      waited: waitingSince.map { policy.words.spoken(now - $0) } ?? "",
      askedAt: asked
    )
    return request
  }

  /// Their phone is rung like that of anybody else, with other words.
  private func callee(on dialString: String) -> Target {
    var policy = policy
    policy.briefing = policy.menu.sentences[.callbackGreeting] ?? .empty
    policy.voicemailMessage = policy.menu.sentences[.callbackMessage] ?? .empty
    policy.reminder = .empty
    policy.ringTimeout = policy.callback.ringTimeout
    policy.callerID = policy.callback.callerID ?? policy.callerID
    policy.machineDetection = policy.callback.detectsMachines ? .parallel : .off
    policy.missesBeforeSignOff = 0
    let spokenName = if case .ring(let party) = plan { party.spokenName } else { "" }
    return Target(name: "", spokenName: spokenName, dialString: dialString, policy: policy)
  }
}

extension TransferPlan {
  /// The same people, who are told that somebody waits to be called.
  fileprivate var forCallbacks: TransferPlan {
    switch self {
    case .ring(var party):
      for index in party.targets.indices {
        let policy = party.targets[index].policy
        party.targets[index].policy.briefing = policy.menu.sentences[.callbackBriefing] ?? policy.briefing
        party.targets[index].policy.voicemailMessage = .empty
      }
      return .ring(party)
    case .ask(var question):
      question.fallback = question.fallback.forCallbacks
      return .ask(question)
    case .refuse, .turnAway: return self
    }
  }
}
