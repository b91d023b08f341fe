import Transport

/// `/playbacks`
package struct ARIPlaybacks: Sendable {
  let client: ARIClient

  package func stop(_ id: String) async throws(ARIError) {
    try await client.request(.delete, "/playbacks/\(id)")
  }
}
