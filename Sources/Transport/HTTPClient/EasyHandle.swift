internal import CCurl
import Glibc

/// A handle of libcurl's, set up once and used for one request after another.
struct EasyHandle: ~Copyable {
  let raw: UnsafeMutableRawPointer
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
  private var headers: UnsafeMutablePointer<curl_slist>?

  private init(adopting raw: UnsafeMutableRawPointer) {
    self.raw = raw
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    curl_easy_cleanup(raw)
    curl_slist_free_all(headers)
    errorText.deallocate()
  }

  static func open(_ configuration: HTTPClient.Configuration) throws(HTTPError) -> EasyHandle {
    guard let raw = curl_easy_init() else { throw HTTPError(.system, "no memory for libcurl") }
    let handle = EasyHandle(adopting: raw)
    try handle.setUp(configuration)
    return handle
  }

  private func setUp(_ configuration: HTTPClient.Configuration) throws(HTTPError) {
    try set(CURLOPT_NOSIGNAL, 1)
    try set(CURLOPT_TCP_NODELAY, 1)
    // A request that ends while its server's name is looked up leaves the resolver's thread behind: otherwise all
    // others, and the end of the client, would wait for the resolver.
    try set(CURLOPT_QUICK_EXIT, 1)
    try set(CURLOPT_PROTOCOLS_STR, "http,https")
    // Nothing that we call is to send us elsewhere, and the environment decides nothing.
    try set(CURLOPT_FOLLOWLOCATION, 0)
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds)
    try set(CURLOPT_MAXAGE_CONN, max(1, Int(configuration.maxIdle.components.seconds)))
    try check(wt_curl_set_offset(raw, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(configuration.maxBody)))
    try set(CURLOPT_USERAGENT, configuration.userAgent)
    try set(CURLOPT_ERRORBUFFER, UnsafeMutableRawPointer(errorText))
    try setUpTLS(configuration.tls)
    try setUpCredentials(configuration.credentials)
    try check(wt_curl_set_data(raw, CURLOPT_WRITEFUNCTION, receiveBody))
    try check(wt_curl_set_data(raw, CURLOPT_HEADERFUNCTION, receiveHeader))
  }

  private func setUpTLS(_ tls: TLSConfiguration) throws(HTTPError) {
    try set(CURLOPT_SSL_VERIFYPEER, tls.verify ? 1 : 0)
    try set(CURLOPT_SSL_VERIFYHOST, tls.verify ? 2 : 0)
    if let file = tls.caFile { try set(CURLOPT_CAINFO, file) }
  }

  private func setUpCredentials(_ credentials: HTTPClient.Credentials?) throws(HTTPError) {
    guard let credentials else { return }
    // CURLAUTH_BASIC, a macro that Swift does not read: sent with the first request, without being asked for.
    try set(CURLOPT_HTTPAUTH, 1)
    try set(CURLOPT_USERNAME, credentials.username)
    try set(CURLOPT_PASSWORD, credentials.password)
  }

  /// The transfer must live until the handle is through with it.
  mutating func prepare(_ transfer: HTTPTransfer, remaining: Duration) throws(HTTPError) {
    let request = transfer.request
    errorText[0] = 0
    try set(CURLOPT_URL, request.url)
    try setMethod(request.method, body: request.body)
    try setHeaders(of: request)
    try set(CURLOPT_TIMEOUT_MS, max(1, remaining.milliseconds))
    let pointer = Unmanaged.passUnretained(transfer).toOpaque()
    try set(CURLOPT_WRITEDATA, pointer)
    try set(CURLOPT_HEADERDATA, pointer)
    try set(CURLOPT_PRIVATE, pointer)
  }

  private func setMethod(_ method: HTTPMethod, body: [UInt8]?) throws(HTTPError) {
    // CURLOPT_HTTPGET takes back what the request before had set.
    try set(CURLOPT_NOBODY, 0)
    try set(CURLOPT_HTTPGET, 1)
    try check(wt_curl_set_string(raw, CURLOPT_CUSTOMREQUEST, nil))
    if method == .head { return try set(CURLOPT_NOBODY, 1) }
    if body != nil || method == .post { try setBody(body ?? []) }
    if method != .get || body != nil { try set(CURLOPT_CUSTOMREQUEST, method.rawValue) }
  }

  private func setBody(_ body: [UInt8]) throws(HTTPError) {
    try check(wt_curl_set_offset(raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
    let code = body.withUnsafeBytes { bytes in
      // Copied by libcurl; of an empty body it wants to see some address too.
      bytes.baseAddress.map { wt_curl_set_pointer(raw, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: $0)) }
        ?? wt_curl_set_string(raw, CURLOPT_COPYPOSTFIELDS, "")
    }
    try check(code)
  }

  private mutating func setHeaders(of request: HTTPRequest) throws(HTTPError) {
    // Without a value: libcurl is not to wait for "100 Continue", nor to call a body a form.
    var lines = ["Expect:"]
    if !request.headers.contains(where: { $0.0.lowercased() == "content-type" }) { lines.append("Content-Type:") }
    for (name, value) in request.headers {
      guard Self.isHarmless(name), Self.isHarmless(value) else {
        throw HTTPError(.invalidRequest, "a line break or NUL in header \(name)")
      }
      lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
    }
    curl_slist_free_all(headers)
    headers = lines.reduce(nil) { curl_slist_append($0, $1) }
    try set(CURLOPT_HTTPHEADER, UnsafeMutableRawPointer(headers))
  }

  private static func isHarmless(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 != 0 && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
  }

  var status: Int { number(CURLINFO_RESPONSE_CODE) }

  private func number(_ information: CURLINFO) -> Int {
    var number = 0
    return wt_curl_get_long(raw, information, &number) == CURLE_OK ? number : 0
  }

  func error(_ code: CURLcode) -> HTTPError {
    let error = CurlLibrary.error(code, detail: String(cString: errorText))
    // libcurl has one code for a scheme that it does not speak and for an answer that is no HTTP/1.
    guard code == CURLE_UNSUPPORTED_PROTOCOL, number(CURLINFO_REQUEST_SIZE) > 0 else { return error }
    return HTTPError(.protocolViolation, error.message, curlCode: error.curlCode)
  }

  private func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
    try check(wt_curl_set_long(raw, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
    guard !value.utf8.contains(0) else { throw HTTPError(.invalidRequest, "a NUL in the request") }
    try check(wt_curl_set_string(raw, option, value))
  }

  private func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) throws(HTTPError) {
    try check(wt_curl_set_pointer(raw, option, value))
  }

  private func check(_ code: CURLcode) throws(HTTPError) {
    guard code == CURLE_OK else { throw CurlLibrary.error(code) }
  }
}

/// libcurl takes any other count than the one it gave as a failure.
private let refused = 0

private func receiveBody(
  _ start: UnsafeMutablePointer<CChar>?,
  _: Int,
  _ count: Int,
  _ pointer: UnsafeMutableRawPointer?
)
  -> Int
{
  guard let pointer else { return refused }
  let transfer = Unmanaged<HTTPTransfer>.fromOpaque(pointer).takeUnretainedValue()
  return transfer.receive(body: UnsafeRawBufferPointer(start: start, count: count)) ? count : refused
}

private func receiveHeader(
  _ start: UnsafeMutablePointer<CChar>?,
  _: Int,
  _ count: Int,
  _ pointer: UnsafeMutableRawPointer?
) -> Int {
  guard let pointer else { return refused }
  let transfer = Unmanaged<HTTPTransfer>.fromOpaque(pointer).takeUnretainedValue()
  return transfer.receive(header: UnsafeRawBufferPointer(start: start, count: count)) ? count : refused
}

extension Duration {
  var milliseconds: Int {
    Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
  }
}
