import Foundation

/// The repository as the rules see it: the text of every file that git has or would take.
struct Repository: Sendable {
  struct File: Sendable {
    let path: String
    let text: String
    /// Both as long as the text has lines; empty unless the file is Swift.
    let code: [String]
    let comments: [String]

    init(_ path: String, _ text: String) {
      (self.path, self.text) = (path, text)
      let swift = path.hasSuffix(".swift") ? SwiftText(text) : nil
      (code, comments) = (swift?.code ?? [], swift?.comments ?? [])
    }

    var folders: [String] { path.split(separator: "/").dropLast().map(String.init) }
    var isSwift: Bool { path.hasSuffix(".swift") }
    var isProduct: Bool { isSwift && path.hasPrefix("Sources/") }
    var isTest: Bool { isSwift && path.hasPrefix("Tests/") }
    /// The lab, the demo and the benchmarks live in real time, and so do the tests on a real Asterisk.
    var isUnitTest: Bool {
      guard isTest, let module, module != "AsteriskTests" else { return false }
      return module.hasSuffix("Tests") || module == "TestSupport"
    }
    /// The module that the file is part of: its folder in Sources or Tests.
    var module: String? { isProduct || isTest ? folders.dropFirst().first : nil }
  }

  let files: [File]

  init(_ files: [File]) { self.files = files }

  static func around(_ file: String = #filePath) throws -> Repository {
    let root = URL(filePath: file).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let known = try git("ls-files", "--cached", "--others", "--exclude-standard", in: root)
    let deleted = try git("ls-files", "--deleted", in: root)
    return Repository(
      try Set(known).subtracting(deleted).sorted().map { path in
        let text = try Data(contentsOf: root.appending(path: path))
        return File(path, String(decoding: text, as: UTF8.self))
      }
    )
  }

  private struct GitFailed: Error { let status: Int32 }

  private static func git(_ arguments: String..., in root: URL) throws -> [String] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["git", "-c", "safe.directory=*", "-C", root.path()] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw GitFailed(status: process.terminationStatus) }
    return String(decoding: said, as: UTF8.self).lines.filter { !$0.isEmpty }
  }
}
