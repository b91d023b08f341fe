import Runtime
import Settings
import Transport

/// FastAGI on its address. Callers need nothing of it: where it cannot be served, that is said, and tried again.
struct AGIServer: Sendable {
  private let desk: AGIScripts
  private let log: Log

  init(_ desk: AGIScripts, log: Log) {
    self.desk = desk
    self.log = log
  }

  /// Until the task is cancelled. Nowhere: not at all.
  func run(_ address: SocketAddress?) async {
    guard let address else { return }
    await retrying {
      try await serve(address)
    } whenFailed: { error in
      log.error("cannot serve FastAGI", ["at": address, "reason": "\(error)"])
    }
  }

  private func serve(_ address: SocketAddress) async throws {
    var limits = LineLimits()
    limits.waitingLines = AGIRequest.mostLines
    let port = UInt16(clamping: address.port)
    try await LineServer.withServer(host: address.host, port: port, limits: limits) { connection in
      await desk.serve(connection)
    } _: { server in
      log.info("serving FastAGI", ["at": SocketAddress(host: server.address, port: Int(server.port))])
      await untilCancelled()
    }
  }
}
