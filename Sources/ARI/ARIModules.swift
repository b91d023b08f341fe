import Transport

/// `/asterisk/modules`
package struct ARIModules: Sendable {
  let client: ARIClient

  /// Whether Asterisk has loaded it, such as `func_cdr.so`, and it runs.
  package func isRunning(_ name: String) async throws(ARIError) -> Bool {
    do throws(ARIError) {
      return try await client.request(.get, "/asterisk/modules/\(name)")["status"]?.string == "Running"
    } catch {
      guard case .notFound = error.kind else { throw error }
      return false
    }
  }
}
