package import Transport

/// Asterisk's REST interface, typed. Every command that makes something takes the id it shall have, so that it can
/// be repeated without harm and recognised after a restart.
package struct ARIClient: Sendable {
  package let configuration: ARIConfiguration
  private let http: HTTPClient
  private let authorization: String

  package init(_ configuration: ARIConfiguration, over http: HTTPClient) {
    self.configuration = configuration
    self.http = http
    authorization = configuration.authorization
  }

  package var channels: ARIChannels { ARIChannels(client: self) }
  package var bridges: ARIBridges { ARIBridges(client: self) }
  package var playbacks: ARIPlaybacks { ARIPlaybacks(client: self) }
  package var applications: ARIApplications { ARIApplications(client: self) }
  package var deviceStates: ARIDeviceStates { ARIDeviceStates(client: self) }
  package var events: ARIUserEvents { ARIUserEvents(client: self) }
  package var modules: ARIModules { ARIModules(client: self) }
  package var endpoints: ARIEndpoints { ARIEndpoints(client: self) }
  package var recordings: ARIRecordings { ARIRecordings(client: self) }

  /// What the body begins to ask is sent together.
  package func together(_ body: () -> Void) { http.together(body) }

  /// Which Asterisk this is, and a proof that address, user and password are right.
  package func information() async throws(ARIError) -> ARIInformation {
    ARIInformation(try await request(.get, "/asterisk/info", [("only", "system,status")]))
  }

  /// One of Asterisk's own, as `[globals]` of extensions.conf sets them; empty where nobody has.
  package func globalVariable(_ name: String) async throws(ARIError) -> String {
    try await request(.get, "/asterisk/variable", [("variable", name)])["value"]?.string ?? ""
  }

  @discardableResult
  func request(
    _ method: HTTPMethod,
    _ route: ARIRoute,
    _ query: [(String, String)] = [],
    body: JSON? = nil,
    within limit: Duration? = nil
  ) async throws(ARIError) -> JSON {
    let request = HTTPRequest(
      method: method,
      url: configuration.url + "/ari" + route.path + Self.queryString(query),
      headers: [("Authorization", authorization)] + (body == nil ? [] : [("Content-Type", "application/json")]),
      body: body.map { Array($0.serialized().utf8) },
      timeout: limit
    )
    let operation = "\(method.rawValue) \(route.pattern)"
    return try Self.read(await answer(to: request, of: operation), of: operation)
  }

  /// What is no JSON.
  func file(_ route: ARIRoute) async throws(ARIError) -> [UInt8] {
    let request = HTTPRequest(
      method: .get,
      url: configuration.url + "/ari" + route.path,
      headers: [("Authorization", authorization)]
    )
    let operation = "GET \(route.pattern)"
    let response = try await answer(to: request, of: operation)
    if response.isSuccess { return response.body }
    _ = try Self.read(response, of: operation)
    return []
  }

  private func answer(to request: HTTPRequest, of operation: String) async throws(ARIError) -> HTTPResponse {
    do {
      return try await http.send(request)
    } catch {
      throw ARIError(kind: .unanswered(error.kind), operation: operation, message: error.description)
    }
  }

  private static func read(_ response: HTTPResponse, of operation: String) throws(ARIError) -> JSON {
    let body: JSON
    do {
      body = response.body.isEmpty ? .null : try JSON(parsing: response.body)
    } catch {
      let kind = ARIError.Kind.unreadable(status: response.status)
      throw ARIError(kind: kind, operation: operation, message: "HTTP \(response.status), \(error)")
    }
    if (200..<300).contains(response.status) { return body }
    let kind: ARIError.Kind =
      switch response.status {
      case 404: .notFound
      case 409: .conflict
      case 401, 403: .unauthorized
      default: .refused(status: response.status)
      }
    let words = body["message"]?.string ?? body["error"]?.string ?? "no reason given"
    throw ARIError(kind: kind, operation: operation, message: "HTTP \(response.status), \(words)")
  }

  private static func queryString(_ query: [(String, String)]) -> String {
    guard !query.isEmpty else { return "" }
    return "?"
      + query.map { PercentEncoding.encode($0.0) + "=" + PercentEncoding.encode($0.1) }.joined(separator: "&")
  }
}
