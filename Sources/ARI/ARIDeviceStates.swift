import Transport

/// `/deviceStates`
package struct ARIDeviceStates: Sendable {
  let client: ARIClient

  /// Of any device that Asterisk knows, such as `PJSIP/alice`: `NOT_INUSE`, `INUSE`, `UNAVAILABLE`, ...
  package func get(_ device: String) async throws(ARIError) -> String {
    try await client.request(.get, "/deviceStates/\(device)")["state"]?.string ?? ""
  }
}
