import Foundation
import Lab
import Transport

/// A program that drives the service with requests alone.
struct APIClient: Sendable {
  static let token = "wt_lab"
  /// The section that admits it.
  static let section = Section.section(
    "robot",
    [
      ("type", "token"), ("hash", "sha256:" + Secrets.hexadecimal(Secrets.sha256(Array(token.utf8)))),
      ("scopes", "transfer,read,admin"),
    ]
  )

  struct Answer: Sendable {
    let status: Int
    let json: JSON

    var code: String? { json["code"]?.string }
    var phase: String? { json["phase"]?.string }
  }

  let url: String
  let http: HTTPClient

  static func with<R>(_ scene: Scene, _ body: (APIClient) async throws -> R) async throws -> R {
    let url = try await scene.service.api().absoluteString
    return try await HTTPClient.withClient { http in try await body(APIClient(url: url, http: http)) }
  }

  func ask(
    _ method: HTTPMethod,
    _ path: String,
    _ body: JSON? = nil,
    token: String? = token,
    headers: [(String, String)] = []
  ) async throws -> Answer {
    let fields = token.map { [("Authorization", "Bearer \($0)")] } ?? []
    let response = try await http.send(
      HTTPRequest(
        method: method,
        url: url + path,
        headers: fields + headers + (body == nil ? [] : [("Content-Type", "application/json")]),
        body: body.map { Array($0.serialized().utf8) }
      )
    )
    let json = response.body.isEmpty ? nil : try JSON(parsing: response.body)
    return Answer(status: response.status, json: json)
  }

  /// The transfer once it is in that phase.
  func transfer(_ id: String, in phase: String, within limit: Duration = .seconds(15)) async throws -> JSON {
    let deadline = ContinuousClock.now + limit
    while true {
      let answer = try await ask(.get, "/v1/transfers/\(id)")
      if answer.phase == phase { return answer.json }
      guard ContinuousClock.now < deadline else {
        throw LabError(.timedOut, "\(id) never was \(phase): \(answer.json.serialized())")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
