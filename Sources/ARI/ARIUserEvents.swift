import Transport

/// `/events`
package struct ARIUserEvents: Sendable {
  let client: ARIClient

  /// As the dialplan's UserEvent() on that channel: whoever listens at the manager interface hears it.
  package func tell(
    _ name: String,
    _ fields: [String: String],
    of channel: String,
    within limit: Duration? = nil
  ) async throws(ARIError) {
    try await client.request(
      .post,
      "/events/user/\(name)",
      [("application", client.configuration.application), ("source", "channel:" + channel)],
      body: .object(["variables": .object(fields.mapValues(JSON.string))]),
      within: limit
    )
  }
}
