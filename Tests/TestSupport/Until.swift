/// Waits until something is so. Ends with the test, where that has a time limit: a loop of its own would go on for ever.
package func until(isolation: isolated (any Actor)? = #isolation, _ isSo: () async throws -> Bool) async throws {
  while try await !isSo() {
    try Task.checkCancellation()
    await Task.yield()
  }
}
