import Testing
@testable import Transport

@Suite struct HTTPRequestParserTests {
  private static func parse(_ text: String, limits: HTTPRequestParser.Limits = .init(), piece: Int = .max) -> [String] {
    var parser = HTTPRequestParser(limits)
    var outcomes: [String] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(piece))
      rest = rest.dropFirst(piece)
      part.withUnsafeBytes { parser.append($0) }
      while true {
        switch parser.next() {
        case .incomplete: break
        case .request(let request):
          let query = request.query.map { "?" + $0 } ?? ""
          outcomes.append("\(request.method) \(request.path)\(query) \(String(decoding: request.body, as: UTF8.self))")
          continue
        case .refused(let refusal): return outcomes + ["\(refusal.status)"]
        }
        break
      }
    }
    return outcomes
  }

  private static let host = "Host: a\r\n"

  @Test(
    "What is a request",
    arguments: [
      ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", ["GET / "]),
      ("GET / HTTP/1.0\r\n\r\n", ["GET / "]),
      ("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", ["GET / "]),
      ("BREW /pot?x=%20&y HTTP/1.1\r\nHost: a\r\n\r\n", ["BREW /pot?x=%20&y "]),
      ("GET http://b:80/c?d HTTP/1.1\r\nHost: a\r\n\r\n", ["GET /c?d "]),
      ("GET http://b?d HTTP/1.1\r\nHost: a\r\n\r\n", ["GET /?d "]),
      ("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", ["OPTIONS * "]),
      ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", ["POST / abc"]),
      ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc", ["POST / abc"]),
      ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nGET / HTTP/1.0\r\n\r\n", ["POST / ", "GET / "]),
      (
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n01\r\nd\r\n0\r\nX: y\r\n\r\n"
          + "GET /2 HTTP/1.1\r\nHost:a\r\n\r\n", ["POST / abcd", "GET /2 "]
      ),
    ]
  )
  func requests(_ text: String, _ outcomes: [String]) {
    for piece in [Int.max, 1, 7] { #expect(Self.parse(text, piece: piece) == outcomes) }
  }

  @Test(
    "What is none",
    arguments: [
      ("GET /\r\n", 400), ("GET  / HTTP/1.1\r\n", 400), (" GET / HTTP/1.1\r\n", 400), ("GET / HTTP/1.1 \r\n", 400),
      ("GET / HTTP/2.0\r\n", 505), ("GET / HTTP/1.11\r\n", 505), ("GET / FTP/1.1\r\n", 400),
      ("G@T / HTTP/1.1\r\n", 400),
      ("GET / HTTP/1.1\n", 400), ("GET x HTTP/1.1\r\n", 400), ("GET /#a HTTP/1.1\r\n", 400),
      ("GET /\u{e9} HTTP/1.1\r\n", 400), ("GET /\u{7f} HTTP/1.1\r\n", 400), ("GET / HTTP/1.1\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400), ("GET / HTTP/1.1\r\nHost : a\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: a\r\n b\r\n", 400), ("GET / HTTP/1.1\r\nX: a\rb\r\n", 400),
      ("GET / HTTP/1.1\r\nX: a\0b\r\n", 400), ("GET / HTTP/1.1\r\nX\r\n", 400), ("GET / HTTP/1.1\r\n: a\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
      ("GET / HTTP/1.1\r\nHost: a\r\nExpect: tea\r\n\r\n", 417),
      ("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\n", 400),
    ]
  )
  func malformed(_ text: String, _ status: Int) {
    for piece in [Int.max, 1] { #expect(Self.parse(text, piece: piece) == ["\(status)"]) }
  }

  @Test(
    "Where a body ends must be said once, and clearly",
    arguments: [
      ("Content-Length: 3\r\nContent-Length: 4\r\n", 400), ("Content-Length: 3, 3\r\n", 400),
      ("Content-Length: -1\r\n", 400), ("Content-Length: +1\r\n", 400), ("Content-Length: 0x1\r\n", 400),
      ("Content-Length:\r\n", 400), ("Content-Length: 9999999999999999999999\r\n", 400),
      ("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400), ("Transfer-Encoding: gzip, chunked\r\n", 501),
      ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 501), ("Transfer-Encoding: identity\r\n", 501),
      // A Kelvin sign, which is a k to those who lower the case of all that Unicode has.
      ("Transfer-Encoding: chun\u{212a}ed\r\n", 501),
    ]
  )
  func framing(_ fields: String, _ status: Int) {
    #expect(Self.parse("POST / HTTP/1.1\r\n\(Self.host)\(fields)\r\nabc") == ["\(status)"])
  }

  @Test(
    "Malformed chunks",
    arguments: [
      "x\r\n", "-1\r\n", "\r\n", "3\nabc\r\n", "3\r\nabcd\r\n", "100000000\r\n", " 3\r\nabc\r\n", "0\r\nX\r\n",
      "3;a\rb\r\nabc\r\n", "3;a\0b\r\nabc\r\n", "3;a\u{7f}\r\nabc\r\n", "0;\u{1}\r\n\r\n", "3;\r\r\nabc\r\n",
    ]
  )
  func chunks(_ body: String) {
    #expect(Self.parse("POST / HTTP/1.1\r\n\(Self.host)Transfer-Encoding: chunked\r\n\r\n\(body)") == ["400"])
  }

  @Test func chunksDoNotExistInHTTP10() {
    #expect(Self.parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == ["400"])
  }

  @Test func limits() {
    var limits = HTTPRequestParser.Limits()
    (limits.head, limits.target, limits.fields, limits.body) = (200, 50, 3, 10)
    func outcomes(_ text: String) -> [String] { Self.parse(text, limits: limits) }
    let start = "POST / HTTP/1.1\r\n\(Self.host)"

    #expect(outcomes("GET /\(String(repeating: "a", count: 49)) HTTP/1.0\r\n\r\n").count == 1)
    #expect(outcomes("GET /\(String(repeating: "a", count: 50)) HTTP/1.0\r\n\r\n") == ["414"])
    #expect(outcomes(String(repeating: "a", count: 201)) == ["431"])
    #expect(outcomes(String(repeating: "\r\n", count: 101)) == ["431"])
    #expect(outcomes("\(start)A: b\r\nA: b\r\n\r\n") == ["POST / "])
    #expect(outcomes("\(start)A: b\r\nA: b\r\nA: b\r\n\r\n") == ["431"])
    #expect(outcomes("\(start)A: \(String(repeating: "b", count: 200))") == ["431"])
    #expect(outcomes("\(start)Content-Length: 10\r\n\r\n0123456789") == ["POST / 0123456789"])
    #expect(outcomes("\(start)Content-Length: 11\r\n\r\n") == ["413"])
    #expect(outcomes("\(start)Transfer-Encoding: chunked\r\n\r\n8\r\n01234567\r\n3\r\n") == ["413"])
    #expect(outcomes("\(start)Transfer-Encoding: chunked\r\n\r\n1;\(String(repeating: "e", count: 200))") == ["431"])
  }

  @Test(arguments: [
    ("HTTP/1.1\r\nHost: a\r\n", true), ("HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n", false),
    ("HTTP/1.0\r\n", false), ("HTTP/1.0\r\nConnection: Keep-Alive\r\n", true),
    ("HTTP/1.1\r\nHost: a\r\nConnection: x,\u{301}, close\r\n", false),
    ("HTTP/1.0\r\nConnection: \u{212a}eep-alive\r\n", false),
  ])
  func whoMayAskAgain(_ rest: String, _ keeps: Bool) throws {
    var parser = HTTPRequestParser(.init())
    Array("GET / \(rest)\r\n".utf8).withUnsafeBytes { parser.append($0) }
    guard case .request(let request) = parser.next() else { throw CancellationError() }
    #expect(request.keepsConnection == keeps)
  }

  @Test func valuesAreTakenWithoutTheBlanksAroundThem() {
    let field = HTTPSyntax.field(Array("X-Y: \t a b\t ".utf8)[...])
    #expect(field?.name == "x-y")
    #expect(field?.value == "a b")
    #expect(HTTPSyntax.field(Array("X:".utf8)[...])?.value == "")
    #expect(HTTPSyntax.field(Array("X:  ".utf8)[...])?.value == "")
  }
}
