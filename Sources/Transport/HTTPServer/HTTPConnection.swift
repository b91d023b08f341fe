internal import CWebSockets
import Glibc

/// One client's connection, on the server's thread only.
final class HTTPConnection {
  typealias ID = UInt64

  private enum Phase {
    /// Between two requests, or in the middle of one. Can go to: answering, sending, over.
    case reading(hasBegun: Bool)
    /// The handler has it. Can go to: sending, streaming, over.
    case answering(HTTPServerRequest)
    /// Can go to: reading, lingering, over.
    case sending(thenKeeps: Bool)
    /// Can go to: lingering, over.
    case streaming(Stream)
    /// All is said. What still comes is read: closed over unread bytes, the answer would be lost on its way. Can go
    /// to: over.
    case lingering
    case over
  }

  private struct Stream {
    let isInChunks: Bool
    var isComplete = false
    var writers: [CheckedContinuation<Bool, Never>] = []
    var watcher: CheckedContinuation<Void, Never>?
  }

  private static let piece = 16 * 1024
  private static let lingeringTime: Duration = .seconds(2)
  /// The -1 that libwebsockets documents to take a timer back lets it fire at once in 4.1.
  private static let never: Duration = .seconds(365 * 86_400)

  let id: ID
  let address: PeerAddress
  private let wsi: OpaquePointer
  private let configuration: HTTPServerConfiguration
  private let deliver: (HTTPServerRequest, HTTPConnection) -> Void
  private var phase = Phase.reading(hasBegun: false)
  private var parser: HTTPRequestParser
  private var output: [UInt8] = []
  private var sent = 0
  private var isStopping = false
  /// Since when the client keeps us waiting, if it does.
  private var since = ContinuousClock.now

  init(
    _ id: ID,
    on wsi: OpaquePointer,
    from address: PeerAddress,
    _ configuration: HTTPServerConfiguration,
    deliver: @escaping (HTTPServerRequest, HTTPConnection) -> Void
  ) {
    self.id = id
    self.address = address
    self.wsi = wsi
    self.configuration = configuration
    self.deliver = deliver
    parser = HTTPRequestParser(.init(head: configuration.largestHead, body: configuration.largestBody))
    setTimer(configuration.requestTime)
  }

  var isOver: Bool {
    if case .over = phase { return true }
    return false
  }

  var isReading: Bool {
    if case .reading = phase { return true }
    return false
  }

  /// Since when we wait for this client: to say what they want, or to take what they asked for. Nil when it is not them
  /// that is waited for.
  var waitsSince: ContinuousClock.Instant? {
    switch phase {
    case .reading, .sending, .lingering: since
    case .streaming: unsentBytes > 0 ? since : nil
    case .answering, .over: nil
    }
  }

  var unsentBytes: Int { output.count - sent }

  /// How much of what this client sent is kept.
  var heldBytes: Int {
    if case .answering(let request) = phase { return parser.heldBytes + request.body.count }
    return parser.heldBytes
  }

  // MARK: What comes from the client

  func received(_ bytes: UnsafeRawBufferPointer) {
    switch phase {
    case .reading(let hasBegun):
      // Otherwise the time for TLS's handshake, long done, would run on.
      lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0)
      parser.append(bytes)
      if !hasBegun { begin() }
      readOn()
    case .answering, .sending(thenKeeps: true): parser.append(bytes)
    case .sending(thenKeeps: false), .streaming, .lingering, .over: break
    }
  }

  /// The time for a request counts from its first byte, however often another one comes.
  private func begin() {
    phase = .reading(hasBegun: true)
    setTimer(configuration.requestTime)
  }

  private func readOn() {
    switch parser.next() {
    case .incomplete:
      if parser.takeAwaitsContinue() { send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
    case .request(let request):
      phase = .answering(request)
      lws_rx_flow_control(wsi, 0)
      setTimer(isStopping ? configuration.drainTime : nil)
      deliver(request, self)
    case .refused(let refusal): refuse(refusal)
    }
  }

  func refuse(_ refusal: HTTPServerRefusal) {
    parser.forget()
    send(whole: configuration.refusal(refusal), keepsConnection: false, isHead: false)
  }

  func timeIsOver() {
    switch phase {
    case .reading(hasBegun: true) where !isStopping: refuse(HTTPServerRefusal(408, "the request took too long"))
    case .reading, .answering, .sending, .streaming, .lingering, .over: close()
    }
  }

  // MARK: What goes to the client

  func take(_ message: HTTPOutbox.Message) {
    switch (phase, message) {
    case (.answering(let request), .reply(let reply)): send(reply, to: request)
    case (.streaming(var stream), .chunk(let bytes, let writer)) where !isStopping && !stream.isComplete:
      stream.writers.append(writer)
      phase = .streaming(stream)
      send(stream.isInChunks ? Self.chunk(bytes) : bytes)
    case (.streaming(var stream), .end):
      stream.isComplete = true
      stream.watcher?.resume()
      stream.watcher = nil
      phase = .streaming(stream)
      send(stream.isInChunks ? Array("0\r\n\r\n".utf8) : [])
    case (.streaming(var stream), .tellOfEnd(let watcher)) where !isStopping && !stream.isComplete:
      stream.watcher = watcher
      phase = .streaming(stream)
    default: HTTPOutbox.refuse(message)
    }
  }

  private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
    Array((String(bytes.count, radix: 16) + "\r\n").utf8) + bytes + Array("\r\n".utf8)
  }

  private func send(_ reply: HTTPServerReply, to request: HTTPServerRequest) {
    let keeps = request.keepsConnection && !isStopping
    switch reply.body {
    case .whole: send(whole: reply, keepsConnection: keeps, isHead: request.method == "HEAD")
    case .stream:
      phase = .streaming(Stream(isInChunks: request.knowsChunks && request.method != "HEAD"))
      // Read on, to learn that the client has gone.
      lws_rx_flow_control(wsi, 1)
      send(reply.head(framing: request.knowsChunks ? .chunks : .none, keepsConnection: false, date: HTTPDate.now()))
    }
  }

  private func send(whole reply: HTTPServerReply, keepsConnection: Bool, isHead: Bool) {
    guard case .whole(let body) = reply.body else { return close() }
    let isBare = reply.status == 204 || reply.status == 304
    let framing = isBare ? HTTPFraming.none : .length(body.count)
    phase = .sending(thenKeeps: keepsConnection)
    let head = reply.head(framing: framing, keepsConnection: keepsConnection, date: HTTPDate.now())
    send(isBare || isHead ? head : head + body)
  }

  private func send(_ bytes: [UInt8]) {
    if sent == output.count {
      (output, sent) = ([], 0)
      // However slowly it takes the bytes: it is one answer that we wait for.
      if case .reading = phase {} else { since = .now }
    }
    output += bytes
    if case .reading = phase {} else { setTimer(isStopping ? configuration.drainTime : configuration.writeTime) }
    lws_callback_on_writable(wsi)
  }

  /// Called again until there is nothing to do: what libwebsockets could not write at once it keeps, and it calls only
  /// when that is gone.
  func writable() {
    guard sent == output.count else { return writePiece() }
    switch phase {
    case .reading, .answering, .lingering, .over: break
    case .sending(thenKeeps: true) where !isStopping: awaitNextRequest()
    case .sending: linger()
    case .streaming(let stream) where stream.isComplete: linger()
    case .streaming(var stream):
      let writers = stream.writers
      stream.writers = []
      phase = .streaming(stream)
      if !isStopping { setTimer(nil) }
      for writer in writers { writer.resume(returning: true) }
    }
  }

  private func writePiece() {
    let count = min(Self.piece, output.count - sent)
    // libwebsockets may write in front of what it is given.
    let written = withUnsafeTemporaryAllocation(byteCount: wt_lws_pre() + count, alignment: 1) { space in
      let piece = UnsafeMutableRawBufferPointer(rebasing: space[wt_lws_pre()...])
      guard let start = piece.baseAddress else { return CInt(-1) }
      piece.copyBytes(from: output[sent..<sent + count])
      // LWS_WRITE_RAW is another name for it, which Swift does not see.
      return lws_write(wsi, start.assumingMemoryBound(to: UInt8.self), count, LWS_WRITE_HTTP)
    }
    guard written >= count else { return close() }
    sent += count
    if case .reading = phase {} else { setTimer(isStopping ? configuration.drainTime : configuration.writeTime) }
    lws_callback_on_writable(wsi)
  }

  private func awaitNextRequest() {
    phase = .reading(hasBegun: false)
    since = .now
    setTimer(configuration.idleTime)
    lws_rx_flow_control(wsi, 1)
    if parser.isEmpty { return }
    begin()
    readOn()
  }

  private func linger() {
    phase = .lingering
    setTimer(Self.lingeringTime)
    lws_rx_flow_control(wsi, 1)
    // TLS has an end of its own, which libwebsockets writes when it closes.
    if configuration.identity == nil { shutdown(lws_get_socket_fd(wsi), CInt(SHUT_WR)) }
  }

  // MARK: The end

  /// Those who are being answered get their answer.
  func stop() {
    isStopping = true
    switch phase {
    case .reading: close()
    case .answering, .sending, .lingering: setTimer(configuration.drainTime)
    case .streaming(let stream):
      setTimer(configuration.drainTime)
      release(stream)
      phase = .streaming(Stream(isInChunks: stream.isInChunks, isComplete: stream.isComplete))
    case .over: break
    }
  }

  func close() {
    ended()
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC)
  }

  /// The connection is not there any more.
  func ended() {
    if case .streaming(let stream) = phase { release(stream) }
    phase = .over
  }

  private func release(_ stream: Stream) {
    for writer in stream.writers { writer.resume(returning: false) }
    stream.watcher?.resume()
  }

  private func setTimer(_ time: Duration?) {
    lws_set_timer_usecs(wsi, lws_usec_t(max(1, (time ?? Self.never).milliseconds)) * 1000)
  }
}

enum HTTPDate {
  /// `Sun, 06 Nov 1994 08:49:37 GMT`
  static func now() -> String {
    var moment = time(nil)
    var fields = tm()
    gmtime_r(&moment, &fields)
    var text = [CChar](repeating: 0, count: 64)
    let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &fields)
    return String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
