import Glibc
import Runtime
import Settings
import Transfer
import Transport

/// What `warm-transfer status` and `warm-transfer cancel` ask of the service that runs on this machine.
package struct RunningService: Sendable {
  package enum Failure: Error, Equatable, CustomStringConvertible {
    /// Nobody answers for that data folder.
    case notRunning(String)
    case noAccess(String)
    case refused(String)

    package var description: String {
      switch self {
      case .notRunning(let place) where place.contains("://"): "no service answers at \(place)"
      case .notRunning(let folder): "no service is running with data_dir \(folder)"
      case .noAccess(let reason): "\(reason); run this as root or as the service's user"
      case .refused(let reason): reason
      }
    }
  }

  package struct Status: Equatable, Sendable {
    package let isReady: Bool
    package let table: Table
    /// The parts that are not as they should be, in words.
    let troubles: [String]
    /// As the service said it.
    package let json: String
  }

  private let folder: String
  /// Where browsers find it.
  private let pages: String
  /// By which times are given.
  let clock: TimeZoneTable
  private let access: LocalControl.Access
  private let http: HTTPClient

  /// The one with this conf file.
  package static func with<R>(configuration: String, _ body: (RunningService) async throws -> R) async throws -> R {
    let settings = try Settings.load(configuration, from: .onDisk)
    let general = settings.general
    return try await with(dataDirectory: general.dataDirectory, pages: general.pages, clock: general.timeZone, body)
  }

  static func with<R>(
    dataDirectory folder: String,
    pages: String = "",
    clock: TimeZoneTable = .utc,
    _ body: (RunningService) async throws -> R
  ) async throws -> R {
    let access = try access(in: folder)
    return try await HTTPClient.withClient { http in
      try await body(RunningService(folder: folder, pages: pages, clock: clock, access: access, http: http))
    }
  }

  /// One that may be elsewhere.
  static func with<R>(url: String, token: String, _ body: (RunningService) async throws -> R) async throws -> R {
    try await HTTPClient.withClient { http in
      try await body(
        RunningService(folder: url, pages: url, clock: .utc, access: .init(url: url, token: token), http: http)
      )
    }
  }

  private static func access(in folder: String) throws(Failure) -> LocalControl.Access {
    let file = LocalControl.Access.file(in: folder)
    do throws(FileError) {
      if let access = try LocalControl.Access.read(file) { return access }
    } catch {
      switch error.reason {
      case .system(code: ENOENT): throw .notRunning(folder)
      case .system, .tooLarge, .notText: throw .noAccess(error.description)
      }
    }
    throw .refused("\(file) was written by another version of warm-transfer")
  }

  package func status() async throws(Failure) -> Status {
    let answer = try await ask(.get, "/readyz")
    guard let isReady = answer["ready"]?.bool, let parts = answer["parts"]?.array else {
      throw .refused("unexpected answer from the service")
    }
    let troubles = parts.filter { $0["ready"]?.bool == false }.map {
      "\($0["name"]?.string ?? ""): \($0["state"]?.string ?? "")"
    }
    let rows = parts.map { [$0["name"]?.string ?? "", $0["state"]?.string ?? ""] }
    let transfers = answer["transfers"]?.integer ?? 0
    let verdict = isReady ? "ready" : "running, not ready"
    let all = [["warm-transfer", verdict]] + rows + [["transfers", "\(transfers) in progress"]]
    return Status(
      isReady: isReady,
      table: Table(all.map { $0.map(\.onOneLine) }),
      troubles: troubles,
      json: answer.serialized()
    )
  }

  /// What was done, in words.
  package func cancel(_ transfer: String) async throws(Failure) -> String {
    guard !transfer.isEmpty, transfer.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
      throw .refused("'\(transfer.onOneLine)' is not a transfer ID")
    }
    _ = try await ask(.post, "/v1/transfers/\(transfer)/cancel")
    return "transfer \(transfer) cancelled, the caller goes back"
  }

  package func link(for agent: String) async throws(Failure) -> String {
    let answer = try await ask(.post, "/v1/agents/\(try Self.checked(agent))/tokens")
    guard let path = answer["path"]?.string else { throw .refused("unexpected answer from the service") }
    return pages + path
  }

  /// What was done, in words.
  package func signOut(_ agent: String) async throws(Failure) -> String {
    _ = try await ask(.delete, "/v1/agents/\(try Self.checked(agent))/tokens")
    return "every link and every signed-in browser of \(agent) has ended"
  }

  private static func checked(_ agent: String) throws(Failure) -> String {
    let isName = agent.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || $0 == "-" || $0 == "_" }
    guard isName, !agent.isEmpty else { throw .refused("'\(agent.onOneLine)' is not the name of a target") }
    return agent
  }

  /// Of a problem, what is for people.
  func ask(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws(Failure) -> JSON {
    let response = try await send(method, path, body)
    if response.status == 204 { return .null }
    return try Self.json(in: response)
  }

  /// Of something that is no JSON where all is well.
  func bytes(of path: String) async throws(Failure) -> [UInt8] {
    let response = try await send(.get, path, nil)
    if response.status != 200 { _ = try Self.json(in: response) }
    return response.body
  }

  func send(
    _ method: HTTPMethod,
    _ path: String,
    _ body: JSON?,
    headers: [(String, String)] = []
  ) async throws(Failure) -> HTTPResponse {
    let type = body.map { _ in [("Content-Type", "application/json")] } ?? []
    do throws(HTTPError) {
      return try await http.send(
        HTTPRequest(
          method: method,
          url: access.url + path,
          headers: [("Authorization", "Bearer \(access.token)")] + type + headers,
          body: body.map { Array($0.serialized().utf8) }
        )
      )
    } catch {
      // One that was killed has left its file behind.
      if error.kind == .couldNotConnect { throw .notRunning(folder) }
      throw .refused("the service does not respond: \(error)")
    }
  }

  static func json(in response: HTTPResponse) throws(Failure) -> JSON {
    let answer: JSON
    do throws(JSONError) {
      answer = try JSON(parsing: response.body)
    } catch {
      throw .refused("unexpected answer from the service: HTTP \(response.status)")
    }
    if let code = answer["code"]?.string { throw .refused("\(answer["detail"]?.string ?? code)".onOneLine) }
    return answer
  }
}

extension GeneralSettings {
  /// Where browsers find the pages.
  var pages: String {
    publicURL.isEmpty ? "\(httpCertificate.isEmpty ? "http" : "https")://\(httpBind)" : publicURL
  }
}
