import Transport

/// `/asterisk/modules`
package struct ARIModules: Sendable {
  let client: ARIClient

  /// The names of those that run, such as `res_stasis.so`.
  package func running() async throws(ARIError) -> Set<String> {
    let modules = try await client.list("/asterisk/modules") { json throws(ARIFormatError) in
      json["status"]?.string == "Running" ? try json.text("name") : nil
    }
    return Set(modules.compactMap { $0 })
  }

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
