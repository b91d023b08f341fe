internal import CPages
internal import Transport

/// A file of the web pages, which is a part of the program: nothing of it lies beside the binary. A page more is a row here
/// and its files in Sources/CPages.
struct PageFile: Sendable {
  enum Kind: String, Sendable {
    case page = "text/html; charset=utf-8"
    case style = "text/css; charset=utf-8"
    case script = "text/javascript; charset=utf-8"
  }

  /// As a route's; `{id}` stands for anything.
  let path: String
  let reply: HTTPServerReply

  static let all = [
    PageFile("/", "board.html", .page), PageFile("/desk", "desk.html", .page),
    PageFile("/assets/app.css", "app.css", .style), PageFile("/assets/page.js", "page.js", .script),
    PageFile("/assets/live.js", "live.js", .script), PageFile("/assets/live-worker.js", "live-worker.js", .script),
    PageFile("/assets/desk.js", "desk.js", .script), PageFile("/assets/desk-words.js", "desk-words.js", .script),
    PageFile("/assets/board.js", "board.js", .script), PageFile("/transfers/{id}", "transfer.html", .page),
    PageFile("/assets/callbacks.js", "callbacks.js", .script),
    PageFile("/assets/transfer.js", "transfer.js", .script), PageFile("/assets/timeline.js", "timeline.js", .script),
    PageFile("/assets/figures.js", "figures.js", .script), PageFile("/playground", "playground.html", .page),
    PageFile("/assets/playground.js", "playground.js", .script),
  ]

  private init(_ path: String, _ file: String, _ kind: Kind) {
    self.path = path
    var count = 0
    let bytes = page_file(file, &count).map { Array(UnsafeBufferPointer(start: $0, count: count)) } ?? []
    reply = HTTPServerReply(status: 200, headers: [("Content-Type", kind.rawValue)], body: .whole(bytes)).tagged
  }
}

/// What tells a browser to run nothing but our own files, to put them in no other page, and to send nothing elsewhere.
enum PageHeaders {
  static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    + "media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

  static let all: [(name: String, value: String)] = [
    ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"), ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
  ]
}
