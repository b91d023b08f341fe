import Transport

/// `/deviceStates`
package struct ARIDeviceStates: Sendable {
  let client: ARIClient

  /// Of any device that Asterisk knows, such as `PJSIP/alice`: `NOT_INUSE`, `INUSE`, `UNAVAILABLE`, ...
  package func get(_ device: String) async throws(ARIError) -> String {
    try await client.request(.get, "/deviceStates/\(device)")["state"]?.string ?? ""
  }

  /// Of a device of the `Custom:` kind, which the dialplan may set as well. ARI's own setter knows only its own kind,
  /// which the dialplan may not set.
  package func set(_ device: String, to state: String) async throws(ARIError) {
    try await client.request(
      .post,
      "/asterisk/variable",
      body: .object(["variable": .string("DEVICE_STATE(\(device))"), "value": .string(state)])
    )
  }
}
