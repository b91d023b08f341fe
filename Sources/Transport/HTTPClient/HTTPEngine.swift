internal import CCurl
import Glibc
internal import Runtime

/// The thread of a client: all of libcurl happens here. When libcurl's pool breaks, what is under way fails, and the
/// next request gets a new one.
// Sendable unchecked: made on the caller's thread, then handed to the new thread, which alone touches its state.
final class HTTPEngine: @unchecked Sendable {
  /// A transfer and the handle that carries it.
  private final class Active {
    let transfer: HTTPTransfer
    let slot: Slot

    init(_ transfer: HTTPTransfer, on slot: Slot) {
      self.transfer = transfer
      self.slot = slot
    }
  }

  /// A box, for arrays cannot hold what cannot be copied.
  private final class Slot {
    var handle: EasyHandle

    init(_ handle: consuming EasyHandle) {
      self.handle = handle
    }
  }

  /// How late a request that still waits for a connection may learn that its time is over.
  private static let waitingCheck: CInt = 20
  private static let idle: CInt = 60_000

  /// `curl_multi_perform`, or what a test has instead.
  typealias Drive = @Sendable (UnsafeMutableRawPointer, UnsafeMutablePointer<CInt>) -> CURLMcode

  private let configuration: HTTPClient.Configuration
  private let inbox: HTTPInbox
  private let drive: Drive
  /// Nil between one that broke and the request that needs another.
  private var pool: UnsafeMutableRawPointer?
  private var active: [UInt64: Active] = [:]
  private var waiting = Queue<HTTPTransfer>()
  private var free: [Slot] = []

  private init(_ configuration: HTTPClient.Configuration, _ inbox: HTTPInbox, _ drive: @escaping Drive) {
    self.configuration = configuration
    self.inbox = inbox
    self.drive = drive
  }

  deinit {
    curl_multi_cleanup(pool)
  }

  static func open(
    _ configuration: HTTPClient.Configuration,
    _ inbox: HTTPInbox,
    _ drive: @escaping Drive
  ) throws(HTTPError) -> HTTPEngine {
    let engine = HTTPEngine(configuration, inbox, drive)
    // Opened ahead: a bad setting shows now, and the first request does not wait for it.
    _ = try engine.takePool()
    engine.free.append(Slot(try EasyHandle.open(configuration)))
    return engine
  }

  private func takePool() throws(HTTPError) -> UnsafeMutableRawPointer {
    if let pool { return pool }
    guard let opened = curl_multi_init() else { throw HTTPError(.system, "no memory for libcurl") }
    guard wt_curl_multi_set_long(opened, CURLMOPT_MAXCONNECTS, max(1, configuration.maxConnections)) == CURLM_OK else {
      curl_multi_cleanup(opened)
      throw HTTPError(.system, "libcurl does not take the size of its pool")
    }
    pool = opened
    return opened
  }

  func run() {
    while true {
      let contents = inbox.take()
      for transfer in contents.submitted { accept(transfer) }
      for id in contents.cancelled { cancel(id) }
      if contents.isClosed { return failEverything(HTTPError(.closed, "the client has been closed")) }
      if let error = perform() { breakDown(error) }
      finishTransfers()
      expireWaiting()
      startWaiting()
      if let error = wait() { breakDown(error) }
    }
  }

  private func perform() -> HTTPError? {
    guard let pool else { return nil }
    var running: CInt = 0
    return Self.error(drive(pool, &running))
  }

  /// Until something comes from a server or from the callers, or it is time to look after those who wait.
  private func wait() -> HTTPError? {
    let time = waiting.isEmpty ? Self.idle : Self.waitingCheck
    if let pool {
      var bell = curl_waitfd(fd: inbox.bell.descriptor, events: Int16(CURL_WAIT_POLLIN), revents: 0)
      return Self.error(curl_multi_poll(pool, &bell, 1, time, nil))
    }
    var bell = pollfd(fd: inbox.bell.descriptor, events: Int16(POLLIN), revents: 0)
    poll(&bell, 1, time)
    return nil
  }

  private static func error(_ code: CURLMcode) -> HTTPError? {
    code == CURLM_OK ? nil : HTTPError(.system, "libcurl: error \(code.rawValue)")
  }

  private func accept(_ transfer: HTTPTransfer) {
    if active.count < max(1, configuration.maxConnections) { return begin(transfer) }
    guard waiting.count < configuration.maxWaiting else {
      return transfer.fail(HTTPError(.overloaded, "\(configuration.maxWaiting) requests are waiting already"))
    }
    waiting.append(transfer)
  }

  private func begin(_ transfer: HTTPTransfer) {
    do throws(HTTPError) {
      let remaining = transfer.deadline - .now
      guard remaining > .zero else { throw HTTPError(.timedOut, "no connection was free in time") }
      let slot = try takeSlot()
      transfer.begin(bodyLimit: configuration.maxBody)
      try slot.handle.prepare(transfer, remaining: remaining)
      guard curl_multi_add_handle(try takePool(), slot.handle.raw) == CURLM_OK else {
        throw HTTPError(.system, "libcurl does not take the request")
      }
      active[transfer.id] = Active(transfer, on: slot)
    } catch {
      transfer.fail(error)
    }
  }

  private func takeSlot() throws(HTTPError) -> Slot {
    if let slot = free.popLast() { return slot }
    return Slot(try EasyHandle.open(configuration))
  }

  private func cancel(_ id: UInt64) {
    let error = HTTPError(.cancelled, "cancelled while it was under way")
    if let cancelled = active.removeValue(forKey: id) {
      retire(cancelled)
      cancelled.transfer.fail(error)
    } else if let transfer = waiting.removeFirst(where: { $0.id == id }) {
      transfer.fail(error)
    }
  }

  private func finishTransfers() {
    guard let pool else { return }
    var left: CInt = 0
    while let message = curl_multi_info_read(pool, &left) {
      guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
      finish(easy, wt_curl_message_result(message))
    }
  }

  private func finish(_ easy: UnsafeMutableRawPointer, _ code: CURLcode) {
    guard let pointer = wt_curl_get_private(easy) else { return }
    let id = Unmanaged<HTTPTransfer>.fromOpaque(pointer).takeUnretainedValue().id
    guard let finished = active.removeValue(forKey: id) else { return }
    let outcome = Self.outcome(of: finished.transfer, code, finished.slot)
    retire(finished)
    switch outcome {
    case .success(let status): finished.transfer.succeed(status: status)
    case .failure(let error): finished.transfer.fail(error)
    }
  }

  private static func outcome(of transfer: HTTPTransfer, _ code: CURLcode, _ slot: Slot) -> Result<Int, HTTPError> {
    let isTooLarge = transfer.isTooLarge || code == CURLE_FILESIZE_EXCEEDED
    if isTooLarge, transfer.request.oversize == .isCutOff { return .success(slot.handle.status) }
    if isTooLarge {
      return .failure(HTTPError(.tooLarge, "larger than allowed", curlCode: Int(code.rawValue)))
    }
    return code == CURLE_OK ? .success(slot.handle.status) : .failure(slot.handle.error(code))
  }

  private func retire(_ finished: Active) {
    curl_multi_remove_handle(pool, finished.slot.handle.raw)
    free.append(finished.slot)
  }

  private func expireWaiting() {
    let now = ContinuousClock.now
    for transfer in waiting.removeAll(where: { $0.deadline <= now }) {
      transfer.fail(HTTPError(.timedOut, "no connection was free in time"))
    }
  }

  private func startWaiting() {
    while active.count < max(1, configuration.maxConnections), let next = waiting.popFirst() { begin(next) }
  }

  /// Nobody is left waiting, and nothing of it is used again.
  private func breakDown(_ error: HTTPError) {
    failEverything(error)
    curl_multi_cleanup(pool)
    pool = nil
  }

  private func failEverything(_ error: HTTPError) {
    for unfinished in active.values {
      retire(unfinished)
      unfinished.transfer.fail(error)
    }
    while let transfer = waiting.popFirst() { transfer.fail(error) }
    active = [:]
    free = []
  }
}
