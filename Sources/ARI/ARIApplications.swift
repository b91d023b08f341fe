import Transport

/// `/applications`
package struct ARIApplications: Sendable {
  let client: ARIClient

  /// The channels that are in our application, or whose events it gets.
  package func channels() async throws(ARIError) -> [String] {
    let answer = try await client.request(.get, "/applications/\(client.configuration.application)")
    return (answer["channel_ids"]?.array ?? []).compactMap(\.string)
  }

  /// Whether somebody is connected as this application, whoever it is.
  package func isThere(_ name: String) async throws(ARIError) -> Bool {
    do throws(ARIError) {
      try await client.request(.get, "/applications/\(name)")
      return true
    } catch {
      guard case .notFound = error.kind else { throw error }
      return false
    }
  }

  /// What happens to `channel:ID` or `deviceState:PJSIP/alice` is told to us from now on.
  package func subscribe(to sources: [String]) async throws(ARIError) {
    try await client.request(
      .post,
      "/applications/\(client.configuration.application)/subscription",
      [("eventSource", sources.joined(separator: ","))]
    )
  }

  /// Only these kinds of events are sent from now on.
  package func filter(allowing kinds: [String]) async throws(ARIError) {
    let allowed = kinds.map { JSON.object(["type": .string($0)]) }
    try await client.request(
      .put,
      "/applications/\(client.configuration.application)/eventFilter",
      body: .object(["allowed": .array(allowed)])
    )
  }
}
