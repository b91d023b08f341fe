import Transport

/// `/playbacks`
package struct ARIPlaybacks: Sendable {
  let client: ARIClient

  func start(_ media: String, at place: ARIRoute, _ language: String?) async throws(ARIError) {
    try await client.request(.post, place, [("media", media)] + (language.map { [("lang", $0)] } ?? []))
  }

  package func stop(_ id: String) async throws(ARIError) {
    try await client.request(.delete, "/playbacks/\(id)")
  }
}
