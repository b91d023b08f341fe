import Transport

/// `/recordings`
package struct ARIRecordings: Sendable {
  let client: ARIClient

  /// What was recorded so far is kept.
  package func stop(_ name: String) async throws(ARIError) {
    try await client.request(.post, "/recordings/live/\(name)/stop")
  }

  /// Whether there is one that has ended.
  package func find(_ name: String) async throws(ARIError) {
    try await client.request(.get, "/recordings/stored/\(name)")
  }

  /// Whether it has ended or not.
  package func discard(_ name: String) async throws(ARIError) {
    do throws(ARIError) {
      try await client.request(.delete, "/recordings/live/\(name)")
    } catch {
      guard error.kind == .notFound else { throw error }
      try await delete(name)
    }
  }

  package func file(_ name: String) async throws(ARIError) -> [UInt8] {
    try await client.file("/recordings/stored/\(name)/file")
  }

  package func delete(_ name: String) async throws(ARIError) {
    try await client.request(.delete, "/recordings/stored/\(name)")
  }
}
