internal import CCurl

/// One request on its way, and what has come back of its response.
// Sendable unchecked: the sender lets go of it on submitting; from then on only the client's thread touches it.
final class HTTPTransfer: @unchecked Sendable {
  typealias Continuation = CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>

  private static let largestHeaders = 64 * 1024

  let id: UInt64
  let request: HTTPRequest
  let deadline: ContinuousClock.Instant
  private let continuation: Continuation

  private var bodyLimit = 0
  private var body: [UInt8] = []
  private var headerBytes: [UInt8] = []
  private(set) var isTooLarge = false

  init(id: UInt64, request: HTTPRequest, deadline: ContinuousClock.Instant, continuation: Continuation) {
    self.id = id
    self.request = request
    self.deadline = deadline
    self.continuation = continuation
  }

  func begin(bodyLimit: Int) {
    self.bodyLimit = bodyLimit
  }

  func fail(_ error: HTTPError) {
    continuation.resume(returning: .failure(error))
  }

  func succeed(status: Int) {
    continuation.resume(returning: .success(HTTPResponse(status: status, body: body, headerBytes: headerBytes)))
  }

  /// Whether there was room for it.
  func receive(body bytes: UnsafeRawBufferPointer) -> Bool {
    guard body.count + bytes.count <= bodyLimit else {
      isTooLarge = true
      return false
    }
    body.append(contentsOf: bytes)
    return true
  }

  func receive(header line: UnsafeRawBufferPointer) -> Bool {
    // A status line: what came before belongs to an interim response.
    if line.starts(with: "HTTP/".utf8) {
      headerBytes.removeAll(keepingCapacity: true)
      return true
    }
    guard headerBytes.count + line.count <= Self.largestHeaders else {
      isTooLarge = true
      return false
    }
    headerBytes.append(contentsOf: line)
    return true
  }
}
