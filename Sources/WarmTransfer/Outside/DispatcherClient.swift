import Settings
import Transfer
import Transport

/// Asks somebody's web server who is rung for a caller. What it answers is hostile until it has been read: it may name
/// what the conf file has, and nothing else.
struct DispatcherClient: Sendable {
  private struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let http: HTTPClient

  /// Never throws: without a good answer the rule itself decides.
  func ask(
    _ dispatcher: DispatchRule.Dispatcher,
    about request: TransferRequest,
    _ settings: Settings,
    at now: WallTime
  ) async -> DispatchAnswer {
    do throws(Failure) {
      let response = try await answer(of: dispatcher, to: request, at: now)
      return try read(response, dispatcher, settings)
    } catch {
      return .failed(error.description)
    }
  }

  private func answer(
    of dispatcher: DispatchRule.Dispatcher,
    to request: TransferRequest,
    at now: WallTime
  ) async throws(Failure) -> JSON {
    let body = Array(Self.question(request).serialized().utf8)
    let signature = dispatcher.secret.flatMap { WebhookSignature(secret: $0.exposed) }
    let id = "dispatch-\(request.id)"
    let signed = signature?.headers(id: id, seconds: now.milliseconds / 1_000, body: body) ?? []
    let response: HTTPResponse
    do {
      response = try await http.send(
        HTTPRequest(
          method: .post,
          url: dispatcher.url,
          headers: [("Content-Type", "application/json")] + signed,
          body: body,
          timeout: dispatcher.timeout
        )
      )
    } catch {
      throw Failure(description: error.description)
    }
    guard response.isSuccess else { throw Failure(description: "HTTP \(response.status)") }
    do {
      return try JSON(parsing: response.body)
    } catch {
      throw Failure(description: "the answer is not JSON")
    }
  }

  /// All that is known of the call.
  static func question(_ request: TransferRequest) -> JSON {
    var question = SummaryClient.material(request).object ?? [:]
    question["transfer"] = .string(request.id.description)
    question["channel"] = .string(request.caller.channel)
    question["caller_number"] = .string(request.caller.number)
    return .object(question)
  }

  /// `{"target": NAME}`, `{"group": NAME}`, `{"dial": DIAL STRING, "name": NAME}` or `{"refuse": MESSAGE}`, and perhaps
  /// `"facts"` for the briefing.
  private func read(
    _ answer: JSON,
    _ dispatcher: DispatchRule.Dispatcher,
    _ settings: Settings
  ) throws(Failure) -> DispatchAnswer {
    if let message = answer["refuse"]?.string { return .refuse(String(message.onOneLine.prefix(Self.longestMessage))) }
    let facts = settings.arranged(Self.facts(answer["facts"]))
    guard case .ring(let party) = try party(answer, dispatcher, settings).plan else {
      throw Failure(description: "no target of the answer may be rung: enabled = no, or require_caller_id = yes")
    }
    return .ring(party, facts: facts)
  }

  private func party(
    _ answer: JSON,
    _ dispatcher: DispatchRule.Dispatcher,
    _ settings: Settings
  ) throws(Failure) -> Party {
    if let dialString = answer["dial"]?.string {
      guard let pattern = dispatcher.dialPattern, pattern.matches(dialString) else {
        throw Failure(description: "the dial string does not match dispatch_dial")
      }
      let name = answer["name"]?.string?.onOneLine.orNil ?? dispatcher.spokenName
      return Party(outside: dialString, name: String(name.prefix(Self.longestName)), settings.transfer)
    }
    guard let name = answer["target"]?.string ?? answer["group"]?.string else {
      throw Failure(description: "the answer names no target")
    }
    guard let party = settings.party(named: name), !party.targets.isEmpty else {
      throw Failure(
        description: "no target or group '\(name.onOneLine.prefix(Self.longestName))' in the conf file"
      )
    }
    return party
  }

  private static let longestMessage = 500
  private static let longestName = 64
  private static let mostFacts = 50
  private static let longestValue = 500

  private static func facts(_ json: JSON?) -> [CallContext.Fact] {
    CallerVariables.facts(json ?? .null).prefix(mostFacts).map { fact in
      .init(name: String(fact.name.prefix(longestName)), value: String(fact.value.onOneLine.prefix(longestValue)))
    }
  }
}

extension Party {
  /// Somebody who is in no conf file, but for what their dial string must look like.
  fileprivate init(outside dialString: String, name: String, _ policy: TransferPolicy) {
    self.init(Target(name: dialString, spokenName: name, dialString: dialString, policy: policy))
  }
}
