import Transport

/// The events of one connection, for one consumer. They end by a thrown error only.
package struct ARIEvents: AsyncSequence, Sendable {
  package typealias Element = ARIEvent

  let messages: WebSocketMessages

  package struct AsyncIterator: AsyncIteratorProtocol {
    var messages: WebSocketMessages.AsyncIterator

    package mutating func next() async throws -> ARIEvent? {
      while let message = try await messages.next() {
        do {
          return try ARIEvent(JSON(parsing: message))
        } catch is JSONError, is ARIFormatError {
          continue  // A frame that made no sense: the next may.
        }
      }
      return nil
    }
  }

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(messages: messages.makeAsyncIterator()) }
}
