/// Makes requests of one connection's bytes (RFC 9112), however they are cut up. Strict: two readers who understand
/// the same bytes differently are how requests are smuggled, so what is written in two ways is refused.
struct HTTPRequestParser {
  struct Limits: Sendable {
    /// The request line and all header fields.
    var head = 16 * 1024
    var target = 4 * 1024
    var fields = 64
    var body = 1024 * 1024
  }

  enum Outcome: Equatable {
    case incomplete
    case request(HTTPServerRequest)
    case refused(HTTPServerRefusal)
  }

  private enum State {
    /// Can go to: fields.
    case requestLine
    /// Can go to: sized, chunkSize, requestLine.
    case fields(HTTPServerRequest)
    /// Can go to: requestLine.
    case sized(HTTPServerRequest, count: Int)
    /// Can go to: chunk, trailers.
    case chunkSize(HTTPServerRequest)
    /// Can go to: chunkSize.
    case chunk(HTTPServerRequest, count: Int)
    /// Can go to: requestLine.
    case trailers(HTTPServerRequest)
  }

  private let limits: Limits
  private var state = State.requestLine
  private var bytes: [UInt8] = []
  /// What has been understood already, and what has been searched for the end of a line.
  private var start = 0
  private var searched = 0
  /// Of the head, or of the trailers.
  private var headCount = 0
  /// What has come in chunks: outside of the state, so that no chunk copies those before it.
  private var body: [UInt8] = []
  private var awaitsContinue = false

  init(_ limits: Limits) {
    self.limits = limits
  }

  /// Whether no byte of another request has come.
  var isEmpty: Bool {
    guard case .requestLine = state else { return false }
    return start == bytes.count
  }

  /// How much of what has come is kept.
  var heldBytes: Int { bytes.count + body.count }

  /// Nothing more will be asked for.
  mutating func forget() { self = HTTPRequestParser(limits) }

  mutating func append(_ more: UnsafeRawBufferPointer) {
    if start > 0 {
      bytes.removeFirst(start)
      searched -= start
      start = 0
    }
    bytes.append(contentsOf: more)
  }

  /// Whether the client now waits to be told that it may go on.
  mutating func takeAwaitsContinue() -> Bool {
    defer { awaitsContinue = false }
    return awaitsContinue && start == bytes.count
  }

  mutating func next() -> Outcome {
    do throws(HTTPServerRefusal) {
      while true {
        switch try step() {
        case .goOn: continue
        case .stay: return .incomplete
        case .request(let request):
          state = .requestLine
          headCount = 0
          body = []
          awaitsContinue = false
          return .request(request)
        }
      }
    } catch {
      return .refused(error)
    }
  }

  private enum Step {
    case goOn, stay
    case request(HTTPServerRequest)
  }

  private mutating func step() throws(HTTPServerRefusal) -> Step {
    switch state {
    case .requestLine: try readRequestLine()
    case .fields(let request): try readField(request)
    case .sized(let request, let count): readSized(request, count)
    case .chunkSize(let request): try readChunkSize(request)
    case .chunk(let request, let count): try readChunk(request, count)
    case .trailers(let request): try readTrailer(request)
    }
  }

  // MARK: The head

  private mutating func readRequestLine() throws(HTTPServerRefusal) -> Step {
    guard let line = try nextLine() else { return .stay }
    // RFC 9112, 2.2: an empty line may come before the request.
    if line.isEmpty { return .goOn }
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 3, let method = HTTPSyntax.token(parts[0]), method.utf8.count <= 32 else {
      throw HTTPServerRefusal(400, "malformed request line")
    }
    let hasOldVersion = try Self.isOldVersion(parts[2])
    guard parts[1].count <= limits.target else { throw HTTPServerRefusal(414, "request target too long") }
    guard let target = HTTPSyntax.target(parts[1]) else { throw HTTPServerRefusal(400, "malformed request target") }
    var request = HTTPServerRequest(method: method, path: target.path, query: target.query)
    request.keepsConnection = !hasOldVersion
    request.knowsChunks = !hasOldVersion
    state = .fields(request)
    return .goOn
  }

  private static func isOldVersion(_ text: ArraySlice<UInt8>) throws(HTTPServerRefusal) -> Bool {
    if text.elementsEqual("HTTP/1.1".utf8) { return false }
    if text.elementsEqual("HTTP/1.0".utf8) { return true }
    throw text.starts(with: "HTTP/".utf8)
      ? HTTPServerRefusal(505, "only HTTP/1.1 and HTTP/1.0 are supported")
      : HTTPServerRefusal(400, "malformed request line")
  }

  private mutating func readField(_ request: HTTPServerRequest) throws(HTTPServerRefusal) -> Step {
    guard let line = try nextLine() else { return .stay }
    if line.isEmpty { return try endHead(request) }
    guard request.headers.count < limits.fields else { throw HTTPServerRefusal(431, "too many header fields") }
    guard let field = HTTPSyntax.field(line) else { throw HTTPServerRefusal(400, "malformed header field") }
    var request = request
    request.headers.append(field)
    state = .fields(request)
    return .goOn
  }

  private mutating func endHead(_ request: HTTPServerRequest) throws(HTTPServerRefusal) -> Step {
    var request = request
    let framing = try HTTPSyntax.framing(of: request)
    let connection = request.headers.filter { $0.name == "connection" }.flatMap { HTTPSyntax.list($0.value) }
    if connection.contains("close") {
      request.keepsConnection = false
    } else if connection.contains("keep-alive") {
      request.keepsConnection = true
    }
    try noteExpectation(of: request)
    headCount = 0
    switch framing {
    case .none, .length(0): return .request(request)
    case .length(let count):
      guard count <= limits.body else { throw bodyTooLarge }
      state = .sized(request, count: count)
    case .chunks: state = .chunkSize(request)
    }
    return .goOn
  }

  private mutating func noteExpectation(of request: HTTPServerRequest) throws(HTTPServerRefusal) {
    guard let expectation = request.header("expect") else { return }
    guard HTTPSyntax.lowercased(expectation) == "100-continue" else {
      throw HTTPServerRefusal(417, "unsupported Expect header")
    }
    awaitsContinue = true
  }

  // MARK: The body

  private mutating func readSized(_ request: HTTPServerRequest, _ count: Int) -> Step {
    guard bytes.count - start >= count else { return .stay }
    var request = request
    request.body = take(count)
    return .request(request)
  }

  private mutating func readChunkSize(_ request: HTTPServerRequest) throws(HTTPServerRefusal) -> Step {
    guard let line = try nextLine() else { return .stay }
    // What an extension says after a semicolon is nothing to us, but others may read a CR or NUL in it as an end.
    guard line.allSatisfy(HTTPSyntax.isText) else { throw HTTPServerRefusal(400, "malformed chunk") }
    let digits = line.prefix { $0 != UInt8(ascii: ";") }
    let text = String(decoding: digits, as: UTF8.self)
    guard (1...8).contains(text.utf8.count), text.utf8.allSatisfy(HTTPSyntax.isHexDigit),
      let count = Int(text, radix: 16)
    else { throw HTTPServerRefusal(400, "malformed chunk") }
    guard body.count + count <= limits.body else { throw bodyTooLarge }
    headCount = 0
    state = count == 0 ? .trailers(request) : .chunk(request, count: count)
    return .goOn
  }

  private mutating func readChunk(_ request: HTTPServerRequest, _ count: Int) throws(HTTPServerRefusal) -> Step {
    guard bytes.count - start >= count + 2 else { return .stay }
    body += bytes[start..<start + count]
    start += count
    guard take(2) == [UInt8(ascii: "\r"), UInt8(ascii: "\n")] else { throw HTTPServerRefusal(400, "malformed chunk") }
    state = .chunkSize(request)
    return .goOn
  }

  private mutating func readTrailer(_ request: HTTPServerRequest) throws(HTTPServerRefusal) -> Step {
    guard let line = try nextLine() else { return .stay }
    if line.isEmpty {
      var request = request
      request.body = body
      return .request(request)
    }
    guard HTTPSyntax.field(line) != nil else { throw HTTPServerRefusal(400, "malformed trailer field") }
    return .goOn
  }

  private var bodyTooLarge: HTTPServerRefusal { HTTPServerRefusal(413, "body of more than \(limits.body) bytes") }

  // MARK: Bytes

  private mutating func take(_ count: Int) -> [UInt8] {
    defer {
      start += count
      searched = max(searched, start)
    }
    return Array(bytes[start..<start + count])
  }

  /// Without its CR LF; nil when its end has not come.
  private mutating func nextLine() throws(HTTPServerRefusal) -> ArraySlice<UInt8>? {
    let end = bytes[max(start, searched)...].firstIndex(of: UInt8(ascii: "\n"))
    let count = (end.map { $0 + 1 } ?? bytes.count) - start
    guard headCount + count <= limits.head else { throw HTTPServerRefusal(431, "header fields too large") }
    guard let end else {
      searched = bytes.count
      return nil
    }
    let line = bytes[start..<end]
    headCount += count
    start = end + 1
    searched = start
    guard line.last == UInt8(ascii: "\r") else { throw HTTPServerRefusal(400, "a line does not end with CR LF") }
    return line.dropLast()
  }
}
