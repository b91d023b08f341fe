import Runtime
import Settings
import Transport

/// `warm-transfer mcp --stdio`: hands each message of a client to the API, and the answer back, a line each.
package struct MCPBridge: Sendable {
  /// Where the service is.
  package enum Place: Equatable, Sendable {
    /// On this machine, with this conf file.
    case here(configuration: String)
    case at(url: String, tokenFile: String)
  }

  private static let longestToken = 1_000
  private static let methodHeader = "Mcp-Method"

  let ask: @Sendable (_ headers: [(String, String)], JSON) async throws(RunningService.Failure) -> JSON?

  /// Until the client says no more.
  package static func run(_ place: Place, _ answer: @Sendable (String) -> Void) async throws {
    let input = try StandardInput()
    try await with(place) { bridge in
      while let line = try await input.next() {
        if let reply = await bridge.reply(to: line) { answer(reply) }
      }
    }
  }

  private static func with(_ place: Place, _ body: (MCPBridge) async throws -> Void) async throws {
    let run = { (service: RunningService) async throws in
      try await body(
        MCPBridge { headers, message throws(RunningService.Failure) in try await service.pass(message, headers) }
      )
    }
    switch place {
    case .here(let configuration): try await RunningService.with(configuration: configuration, run)
    case .at(let url, let file):
      let lines = try FileSystem.readText(file, limit: longestToken).split(separator: "\n")
      let url = url.hasSuffix("/") ? String(url.dropLast()) : url
      try await RunningService.with(url: url, token: lines.first.map(String.init) ?? "", run)
    }
  }

  /// Nil for what wants no answer.
  func reply(to line: String) async -> String? {
    guard line.contains(where: { $0 != " " }) else { return nil }
    let message: JSON
    do throws(JSONError) {
      message = try JSON(parsing: line)
    } catch {
      return Self.failure(.null, -32_700, error.description)
    }
    do throws(RunningService.Failure) {
      return try await ask(Self.headers(for: message), message)?.serialized()
    } catch {
      guard let id = message["id"] else { return nil }
      return Self.failure(id, -32_603, error.description)
    }
  }

  /// What the newer versions of the protocol say twice over HTTP.
  private static func headers(for message: JSON) -> [(String, String)] {
    let version = message["params"]?["_meta"]?["io.modelcontextprotocol/protocolVersion"]?.string
    guard let version, let method = message["method"]?.string else { return [] }
    let name = method == "tools/call" ? message["params"]?["name"]?.string : nil
    return [("MCP-Protocol-Version", version), (methodHeader, method)] + (name.map { [("Mcp-Name", $0)] } ?? [])
  }

  private static func failure(_ id: JSON, _ code: Int64, _ message: String) -> String {
    JSON.object([
      "jsonrpc": "2.0", "id": id, "error": ["code": .integer(code), "message": .string(message)],
    ])
    .serialized()
  }
}

extension RunningService {
  /// Nil where there is no answer to it.
  fileprivate func pass(_ message: JSON, _ headers: [(String, String)]) async throws(Failure) -> JSON? {
    let response = try await send(.post, "/mcp", message, headers: headers)
    if response.status == 202 { return nil }
    return try Self.json(in: response)
  }
}

/// Reading it blocks, on a thread of its own.
private actor StandardInput {
  private static let thread = ThreadExecutor(ofTheProcess: "stdin")
  private var lines: FileLines

  init() throws(FileError) { lines = try FileLines.open("/dev/stdin") }

  nonisolated var unownedExecutor: UnownedSerialExecutor { Self.thread.asUnownedSerialExecutor() }

  func next() throws(FileError) -> String? { try lines.next()?.text }
}
