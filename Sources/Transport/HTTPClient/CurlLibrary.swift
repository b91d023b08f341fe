internal import CCurl

enum CurlLibrary {
  private static let loaded: CURLcode = curl_global_init(Int(CURL_GLOBAL_ALL))

  /// Once for the process, whoever comes first.
  static func load() throws(HTTPError) {
    guard loaded == CURLE_OK else { throw error(loaded) }
  }

  static func error(_ code: CURLcode, detail: String = "") -> HTTPError {
    let text = curl_easy_strerror(code).map { String(cString: $0) } ?? "unknown"
    return HTTPError(kind(of: code), detail.isEmpty ? text : detail, curlCode: Int(code.rawValue))
  }

  private static func kind(of code: CURLcode) -> HTTPError.Kind {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .couldNotResolve
    case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: .couldNotConnect
    case CURLE_OPERATION_TIMEDOUT: .timedOut
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
      .tls
    case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE: .closed
    case CURLE_FILESIZE_EXCEEDED: .tooLarge
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest
    case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: .system
    default: .protocolViolation
    }
  }
}
