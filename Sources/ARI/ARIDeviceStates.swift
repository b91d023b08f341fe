import Transport

/// `/deviceStates`
package struct ARIDeviceStates: Sendable {
  let client: ARIClient

  /// Of any device that Asterisk knows, such as `PJSIP/alice`: `NOT_INUSE`, `INUSE`, `UNAVAILABLE`, ...
  package func get(_ device: String) async throws(ARIError) -> String {
    try await client.request(.get, "/deviceStates/\(device)")["state"]?.string ?? ""
  }

  /// Of several at once.
  package func get(_ devices: [String]) async throws(ARIError) -> [String: String] {
    let states = devices.map { "${DEVICE_STATE(\($0))}" }.joined(separator: Self.separator)
    let answer = try await client.request(.get, "/asterisk/variable", [("variable", "EVAL(\(states))")])
    let words = (answer["value"]?.string ?? "").split(separator: Self.separator, omittingEmptySubsequences: false)
    guard words.count == devices.count else {
      throw ARIError(kind: .unreadable, operation: "GET /asterisk/variable", message: "not a state for each device")
    }
    return Dictionary(zip(devices, words.map(String.init))) { first, _ in first }
  }

  /// In no name of a state.
  private static let separator = "|"

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
