import COpenSSL
package import Foundation
import Runtime

/// A self-signed certificate for 127.0.0.1, made on the spot.
// Sendable unchecked: OpenSSL's SSL_CTX is made to be shared by threads, and nothing here changes after `make`.
package final class ServerIdentity: @unchecked Sendable {
  package let certificateFile: String
  package let keyFile: String
  let context: OpaquePointer

  private init(certificateFile: String, keyFile: String, adopting context: OpaquePointer) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.context = context
  }

  deinit {
    SSL_CTX_free(context)
  }

  package static func make(in folder: URL) throws -> ServerIdentity {
    let certificate = folder.appending(path: "certificate.pem").path
    let key = folder.appending(path: "key.pem").path
    let command = Process()
    command.executableURL = URL(filePath: "/usr/bin/openssl")
    command.arguments = [
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
      "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
      "-keyout", key, "-out", certificate,
    ]
    command.standardError = FileHandle.nullDevice
    try command.run()
    command.waitUntilExit()
    guard let context = SSL_CTX_new(TLS_server_method()) else { throw SystemError("SSL_CTX_new", code: ENOMEM) }
    let identity = ServerIdentity(certificateFile: certificate, keyFile: key, adopting: context)
    guard
      SSL_CTX_use_certificate_file(context, certificate, SSL_FILETYPE_PEM) == 1,
      SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
    else { throw SystemError("load the certificate", code: EINVAL) }
    return identity
  }

  /// Makes one for as long as `body` runs.
  package static func with<R>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ServerIdentity) async throws -> R
  ) async throws -> R {
    let folder = URL.temporaryDirectory.appending(path: "identity-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    do {
      let result = try await body(make(in: folder))
      try FileManager.default.removeItem(at: folder)
      return result
    } catch {
      try FileManager.default.removeItem(at: folder)
      throw error
    }
  }
}
