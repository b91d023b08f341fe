import Transport

extension ARIClient {
  func list<Element>(
    _ route: ARIRoute,
    _ read: (JSON) throws(ARIFormatError) -> Element
  ) async throws(ARIError) -> [Element] {
    let answer = try await request(.get, route)
    guard let items = answer.array else { throw unreadable(route, "not a list") }
    do {
      return try items.map(read)
    } catch {
      throw unreadable(route, "\(error)")
    }
  }

  func one<Element>(
    _ route: ARIRoute,
    _ read: (JSON) throws(ARIFormatError) -> Element
  ) async throws(ARIError) -> Element {
    let answer = try await request(.get, route)
    do {
      return try read(answer)
    } catch {
      throw unreadable(route, "\(error)")
    }
  }

  private func unreadable(_ route: ARIRoute, _ message: String) -> ARIError {
    ARIError(kind: .unreadable(status: 200), operation: "GET \(route.pattern)", message: message)
  }
}
