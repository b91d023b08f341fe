import Transport

/// `/deviceStates`
package struct ARIDeviceStates: Sendable {
  let client: ARIClient

  /// Of any device that Asterisk knows, such as `PJSIP/alice`: `NOT_INUSE`, `INUSE`, `UNAVAILABLE`, ...
  package func get(_ device: String) async throws(ARIError) -> String {
    try await client.request(.get, "/deviceStates/\(device)")["state"]?.string ?? ""
  }

  /// How many are asked for at the same time: whoever waits for a key to be obeyed uses the same connections.
  private static let atOnce = 4

  /// Of several. Asterisk has no question for all: functions are not evaluated where no channel is.
  package func get(_ devices: [String]) async throws(ARIError) -> [String: String] {
    let answers = await withTaskGroup(of: (String, Result<String, ARIError>).self) { group in
      var rest = devices[...]
      for device in rest.prefix(Self.atOnce) { group.addTask { (device, await self.answer(about: device)) } }
      rest = rest.dropFirst(Self.atOnce)
      var answers: [String: Result<String, ARIError>] = [:]
      for await (device, answer) in group {
        answers[device] = answer
        if let next = rest.popFirst() { group.addTask { (next, await self.answer(about: next)) } }
      }
      return answers
    }
    var states: [String: String] = [:]
    for (device, answer) in answers { states[device] = try answer.get() }
    return states
  }

  private func answer(about device: String) async -> Result<String, ARIError> {
    do throws(ARIError) {
      return .success(try await get(device))
    } catch {
      return .failure(error)
    }
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
