internal import CLinux
import Glibc

/// What the system asks of the service.
package enum Signal: CaseIterable, Sendable {
  case terminate, interrupt, hangUp

  var number: CInt {
    switch self {
    case .terminate: SIGTERM
    case .interrupt: SIGINT
    case .hangUp: SIGHUP
    }
  }
}

/// The signals sent to this process, in the order in which they came.
package struct Signals: AsyncSequence, Sendable {
  package typealias Element = Signal
  package typealias AsyncIterator = AsyncStream<Signal>.Iterator

  let stream: AsyncStream<Signal>

  package func makeAsyncIterator() -> AsyncIterator { stream.makeAsyncIterator() }

  /// Keeps the signals from this thread and from all that it starts afterwards: the first thing that `main` does, or
  /// a thread which does not block them dies of them.
  package static func block() {
    var set = Self.set
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in Signal.allCases { sigaddset(&set, signal.number) }
    return set
  }
}

/// Delivers SIGTERM, SIGINT and SIGHUP to `body` for as long as it runs.
package func withSignals<R>(
  isolation: isolated (any Actor)? = #isolation,
  _ body: (Signals) async throws -> R
) async throws -> R {
  Signals.block()
  let source = try SignalSource.open()
  // Signals of one kind that nobody has taken yet are one signal to the system too: sixteen waiting are plenty.
  let (stream, delivery) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingOldest(16))
  return try await withThread(named: "signals") {
    Signals.block()
    source.run { delivery.yield($0) }
    delivery.finish()
  } stop: {
    source.stop()
  } _: {
    try await body(Signals(stream: stream))
  }
}

private final class SignalSource: Sendable {
  private let signals: CInt
  private let stopping: CInt

  private init(adopting signals: CInt, _ stopping: CInt) {
    self.signals = signals
    self.stopping = stopping
  }

  deinit {
    Glibc.close(signals)
    Glibc.close(stopping)
  }

  static func open() throws(SystemError) -> SignalSource {
    let stopping = eventfd(0, CInt(EFD_CLOEXEC))
    guard stopping >= 0 else { throw SystemError("eventfd", code: errno) }
    var set = Signals.set
    let signals = signalfd(-1, &set, CInt(SFD_CLOEXEC))
    guard signals >= 0 else {
      let code = errno
      Glibc.close(stopping)
      throw SystemError("signalfd", code: code)
    }
    return SignalSource(adopting: signals, stopping)
  }

  func stop() {
    eventfd_write(stopping, 1)
  }

  func run(_ deliver: (Signal) -> Void) {
    while true {
      var polled = [
        pollfd(fd: signals, events: Int16(POLLIN), revents: 0), pollfd(fd: stopping, events: Int16(POLLIN), revents: 0),
      ]
      guard poll(&polled, 2, -1) > 0 || errno == EINTR else { return }
      if polled[1].revents != 0 { return }
      if polled[0].revents != 0, let signal = next() { deliver(signal) }
    }
  }

  private func next() -> Signal? {
    var information = signalfd_siginfo()
    let size = MemoryLayout.size(ofValue: information)
    guard read(signals, &information, size) == size else { return nil }
    return Signal.allCases.first { $0.number == CInt(information.ssi_signo) }
  }
}
