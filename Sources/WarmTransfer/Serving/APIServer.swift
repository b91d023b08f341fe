import Runtime
import Settings
import Transport
import Web

/// The API on its address. Callers need nothing of it: where it cannot be served, that is said, and tried again.
struct APIServer: Sendable {
  private let api: ControlAPI
  private let log: Log

  init(_ desk: ServiceBackend, _ coordinator: CoordinatorRunner, log: Log) {
    api = ControlAPI(desk: desk, log: log) { await coordinator.settings.api }
    self.log = log
  }

  /// Until the task is cancelled.
  func run(_ general: GeneralSettings) async {
    await retrying {
      try await serve(general)
    } whenFailed: { error in
      log.error("cannot serve the API", ["at": general.httpBind, "reason": "\(error)"])
    }
  }

  private func serve(_ general: GeneralSettings) async throws {
    var configuration = general.server
    configuration.refusal = { ControlAPI.reply(to: $0) }
    try await HTTPServer.withServer(configuration) { request in
      await api.reply(to: request)
    } _: { server in
      let scheme = configuration.identity == nil ? "http" : "https"
      let address = SocketAddress(host: server.address, port: Int(server.port))
      log.info("serving the API", ["at": "\(scheme)://\(address)"])
      if configuration.identity == nil, !address.isOfThisMachine {
        log.warning("serving the API to other machines without TLS, tokens can be intercepted")
      }
      await untilCancelled()
    }
  }
}

extension GeneralSettings {
  fileprivate var server: HTTPServerConfiguration {
    var configuration = HTTPServerConfiguration(host: httpBind.host, port: UInt16(clamping: httpBind.port))
    if !httpCertificate.isEmpty { configuration.identity = .init(certificateFile: httpCertificate, keyFile: httpKey) }
    return configuration
  }
}

extension SocketAddress {
  fileprivate var isOfThisMachine: Bool { host.hasPrefix("127.") || host == "::1" }
}

extension Settings {
  var api: APISettings {
    APISettings(
      tokens: tokens.map { token in
        let scopes = Set(token.scopes.compactMap { AccessScope(rawValue: $0.rawValue) })
        return AccessToken(name: token.name, sha256: token.sha256, scopes: scopes)
      },
      origins: general.httpOrigins,
      requestsPerSecond: general.httpRate
    )
  }
}
