import Settings
import Transfer
import Transport

/// Asks a language model, at an endpoint of the kind that OpenAI has made common, for a summary that a person can take
/// in by ear. What it says is a text to be spoken and nothing else.
struct SummaryClient: Sendable {
  /// Far more than anybody listens to.
  private static let longestSummary = 2_000

  let http: HTTPClient

  /// Never throws: without a summary the transfer goes on with what was given.
  func summary(for request: TransferRequest, by model: SummaryModel) async -> TransferEvent {
    do throws(Failure) {
      return .summarized(try await ask(model, about: request))
    } catch {
      return .summaryFailed(error.description)
    }
  }

  private struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private func ask(_ model: SummaryModel, about request: TransferRequest) async throws(Failure) -> String {
    let response: HTTPResponse
    do {
      response = try await http.send(question(for: model, about: request))
    } catch {
      throw Failure(description: "\(error)")
    }
    guard response.isSuccess else { throw Failure(description: "HTTP \(response.status)") }
    return try Self.read(response.body)
  }

  private func question(for model: SummaryModel, about request: TransferRequest) -> HTTPRequest {
    let body: JSON = [
      "model": .string(model.name),
      "messages": [
        ["role": "system", "content": .string(model.prompt)],
        ["role": "user", "content": .string(Self.material(request).serialized())],
      ],
    ]
    let key = model.key.exposed
    return HTTPRequest(
      method: .post,
      url: model.url,
      headers: [("Content-Type", "application/json")] + (key.isEmpty ? [] : [("Authorization", "Bearer \(key)")]),
      body: Array(body.serialized().utf8),
      timeout: model.timeout
    )
  }

  /// All that was given, as data: a model that is told what is what is harder to talk into something else.
  static func material(_ request: TransferRequest) -> JSON {
    let known = request.known
    let given = CallContext.fields.compactMap { field -> (String, JSON)? in
      switch field.content {
      case .line, .lines, .turns, .language: known[field].isEmpty ? nil : (field.name, .string(known[field]))
      case .facts: known.facts.isEmpty ? nil : (field.name, .array(known.facts.map(material)))
      }
    }
    return .object(Dictionary(given) { first, _ in first })
  }

  private static func material(_ fact: CallContext.Fact) -> JSON {
    ["name": .string(fact.name), "value": .string(fact.value)]
  }

  private static func read(_ body: [UInt8]) throws(Failure) -> String {
    let answer: JSON
    do {
      answer = try JSON(parsing: body)
    } catch {
      throw Failure(description: "the answer is not JSON")
    }
    let words = answer["choices"]?.array?.first?["message"]?["content"]?.string?.onOneLine.trimmingBlanks ?? ""
    guard !words.isEmpty else { throw Failure(description: "the answer contains no text") }
    return String(words.prefix(longestSummary))
  }
}

extension String {
  fileprivate var trimmingBlanks: String {
    split(separator: " ").joined(separator: " ")
  }
}
