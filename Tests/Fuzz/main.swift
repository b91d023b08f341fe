import Glibc
import Transport
import Web
import WebStage

/// The API on a free port of the loopback, before a service that is none, for a fuzzer to break. Says where, and ends
/// with its standard input.
var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
configuration.refusal = { ControlAPI.reply(to: $0) }
let stage = Stage()
await stage.desk.fill()
try await HTTPServer.withServer(configuration) { request in
  await stage.api.reply(to: request.withKeyOfItsOwn)
} _: { server in
  let line = Array("http://127.0.0.1:\(server.port)\n".utf8)
  _ = write(STDOUT_FILENO, line, line.count)
  var byte: UInt8 = 0
  while read(STDIN_FILENO, &byte, 1) > 0 {}
}

extension HTTPServerRequest {
  /// A fuzzer sends a good key again and again with other bodies, and takes it for a fault that this is refused.
  fileprivate var withKeyOfItsOwn: HTTPServerRequest {
    var request = self
    for (index, field) in headers.enumerated() where field.name == "idempotency-key" {
      let isGood =
        (1...255).contains(field.value.utf8.count) && field.value.utf8.allSatisfy { (0x21...0x7e).contains($0) }
      if isGood { request.headers[index].value = "\(UInt64.random(in: 0...UInt64.max))" }
    }
    return request
  }
}
