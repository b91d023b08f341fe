import Transport

/// `/endpoints`
package struct ARIEndpoints: Sendable {
  let client: ARIClient

  /// Whether Asterisk has this technology at all, such as `PJSIP`.
  package func hasTechnology(_ name: String) async throws(ARIError) -> Bool {
    do throws(ARIError) {
      try await client.request(.get, "/endpoints/\(name)")
      return true
    } catch {
      guard case .notFound = error.kind else { throw error }
      return false
    }
  }

  /// `online`, `offline` or `unknown`; nil where there is none of that name.
  package func state(_ technology: String, _ resource: String) async throws(ARIError) -> String? {
    do throws(ARIError) {
      return try await client.request(.get, "/endpoints/\(technology)/\(resource)")["state"]?.string ?? "unknown"
    } catch {
      guard case .notFound = error.kind else { throw error }
      return nil
    }
  }
}
