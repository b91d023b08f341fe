import Runtime
import Settings
import Transport
import Web

/// The API for the administrator of this machine, who needs no token for it: served on the loopback alone, to whoever
/// can read a file in the data folder that is the service's own user's. Each start makes a new token.
struct LocalControl: Sendable {
  /// Where the service is reached, and with what token.
  struct Access: Equatable, Sendable {
    let url: String
    let token: String
  }

  /// As what is asked for here is recorded. No section of a conf file is called so.
  static let requester = "command line"
  private static let randomBytes = 32
  private static let address = "127.0.0.1"

  private let desk: any APIBackend
  private let file: String
  private let log: Log

  init(_ desk: any APIBackend, dataDirectory: String, log: Log) {
    self.desk = desk
    file = Access.file(in: dataDirectory)
    self.log = log
  }

  /// Until the task is cancelled.
  func run() async {
    await retrying {
      try await serve()
    } whenFailed: { error in
      log.error("cannot serve status and cancel", ["file": file, "reason": "\(error)"])
    }
  }

  private func serve() async throws {
    let token = "wt_" + Secrets.hexadecimal(try Secrets.random(Self.randomBytes))
    let admitted = AccessToken(
      name: Self.requester,
      sha256: Secrets.hexadecimal(Secrets.sha256(Array(token.utf8))),
      scopes: Set(AccessScope.allCases)
    )
    let api = ControlAPI(desk: desk, log: log) { APISettings(tokens: [admitted]) }
    var configuration = HTTPServerConfiguration(host: Self.address, port: 0)
    configuration.refusal = { ControlAPI.reply(to: $0) }
    try await HTTPServer.withServer(configuration) { request in
      await api.reply(to: request)
    } _: { server in
      let access = Access(url: "http://\(SocketAddress(host: Self.address, port: Int(server.port)))", token: token)
      try FileSystem.writeForOwner(access.bytes, to: file)
      // A file that is left over leads to nobody, and its token to nothing.
      defer { FileSystem.remove(file) }
      await untilCancelled()
    }
  }
}

extension LocalControl.Access {
  private static let longestFile = 1_000

  static func file(in dataDirectory: String) -> String { dataDirectory + "/control" }

  /// A line each.
  fileprivate var bytes: [UInt8] { Array("\(url)\n\(token)\n".utf8) }

  /// Nil for a file of another form.
  static func read(_ file: String) throws(FileError) -> LocalControl.Access? {
    let lines = try FileSystem.readText(file, limit: longestFile).split(separator: "\n").map(String.init)
    return lines.count == 2 ? .init(url: lines[0], token: lines[1]) : nil
  }
}
