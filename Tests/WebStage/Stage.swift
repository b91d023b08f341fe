import Runtime
package import Transport
package import Web

/// The API with tokens for everything, asked without a connection.
package struct Stage: Sendable {
  /// The token of each set of scopes is the set's name.
  package static let tokens = ["transfer", "read", "admin", "transfer read", "transfer read admin"]
  package static let all = "transfer read admin"

  package let desk: StageBackend
  package let api: ControlAPI

  package struct Answer: Sendable {
    package var status: Int
    package var headers: [String: String]
    package var bytes: [UInt8]

    package init(_ reply: HTTPServerReply) {
      status = reply.status
      headers = Dictionary(reply.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
      bytes = if case .whole(let bytes) = reply.body { bytes } else { [] }
    }

    package var code: String? { json?["code"]?.string }
    package var json: JSON? {
      do { return try JSON(parsing: bytes) } catch { return nil }
    }
  }

  package static func settings(requestsPerSecond: Int = 1_000_000) -> APISettings {
    APISettings(
      tokens: tokens.map { name in
        let scopes = Set(name.split(separator: " ").compactMap { AccessScope(rawValue: String($0)) })
        return AccessToken(
          name: name,
          sha256: Secrets.hexadecimal(Secrets.sha256(Array(name.replacing(" ", with: "-").utf8))),
          scopes: scopes
        )
      },
      requestsPerSecond: requestsPerSecond
    )
  }

  package init(
    _ settings: APISettings = settings(),
    desk: StageBackend = StageBackend(),
    now: ContinuousClock.Instant = .now
  ) {
    self.desk = desk
    api = ControlAPI(desk: desk, log: Log(minimum: .error) { _ in }, now: { now }, settings: { settings })
  }

  package func ask(
    _ method: String,
    _ path: String,
    body: String = "",
    token: String? = all,
    headers: [(name: String, value: String)] = []
  ) async -> Answer {
    let parts = path.split(separator: "?", maxSplits: 1).map(String.init)
    var fields = headers
    if let token { fields.append(("authorization", "Bearer \(token.replacing(" ", with: "-"))")) }
    let reply = await api.reply(
      to: HTTPServerRequest(
        method: method,
        path: parts[0],
        query: parts.count > 1 ? parts[1] : nil,
        headers: fields,
        body: Array(body.utf8)
      )
    )
    return Answer(reply)
  }
}
