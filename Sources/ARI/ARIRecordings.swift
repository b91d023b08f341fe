import Transport

/// `/recordings`
package struct ARIRecordings: Sendable {
  let client: ARIClient

  /// What was recorded so far is kept.
  package func stop(_ name: String) async throws(ARIError) {
    try await client.request(.post, "/recordings/live/\(name)/stop")
  }

  package func file(_ name: String) async throws(ARIError) -> [UInt8] {
    try await client.file("/recordings/stored/\(name)/file")
  }

  package func delete(_ name: String) async throws(ARIError) {
    try await client.request(.delete, "/recordings/stored/\(name)")
  }
}
