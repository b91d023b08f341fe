/// One request on its way to the handler, and the answer on its way back.
struct HTTPExchange: Sendable {
  let request: HTTPServerRequest
  let connection: HTTPConnection.ID
  let outbox: HTTPOutbox

  func answer(_ handler: HTTPServer.Handler) async {
    let reply = await handler(request)
    outbox.send(.reply(reply), to: connection)
    guard case .stream(let write) = reply.body else { return }
    let writer = HTTPBodyWriter(connection: connection, outbox: outbox)
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await withCheckedContinuation { outbox.send(.tellOfEnd($0), to: connection) }
      }
      group.addTask {
        // Nobody reads what follows a head.
        if request.method != "HEAD" { await write(writer) }
        outbox.send(.end, to: connection)
      }
      await group.next()
      group.cancelAll()
    }
  }
}

/// The client has gone, takes too long, or the server stops.
package struct HTTPClientGone: Error, Equatable {}

/// Takes the body of an answer bit by bit.
package struct HTTPBodyWriter: Sendable {
  let connection: HTTPConnection.ID
  let outbox: HTTPOutbox

  /// Returns when there is room for more.
  package func write(_ bytes: [UInt8]) async throws(HTTPClientGone) {
    if bytes.isEmpty { return }
    let isTaken = await withCheckedContinuation { outbox.send(.chunk(bytes, $0), to: connection) }
    guard isTaken, !Task.isCancelled else { throw HTTPClientGone() }
  }

  package func write(_ text: String) async throws(HTTPClientGone) {
    try await write(Array(text.utf8))
  }
}
