import Transport

/// `/applications`
package struct ARIApplications: Sendable {
  let client: ARIClient

  /// Throws `notFound` where no client has connected under this name.
  package func require(_ application: String) async throws(ARIError) {
    try await client.request(.get, "/applications/\(application)")
  }

  /// Changes of this device's state are told to us from now on.
  package func subscribe(toDevice device: String) async throws(ARIError) {
    try await client.request(
      .post,
      "/applications/\(client.configuration.application)/subscription",
      [("eventSource", "deviceState:\(device)")]
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
