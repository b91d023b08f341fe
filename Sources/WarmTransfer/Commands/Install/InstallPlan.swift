import Settings

/// What `warm-transfer install` changes in Asterisk's conf files: text in, text out.
package struct InstallPlan: Sendable {
  package struct Change: Equatable, Sendable {
    package let path: String
    /// Nil: there is no such file yet.
    package let before: [UInt8]?
    /// Nil: the file goes.
    package let after: [UInt8]?
    /// The lines that come, or go.
    package let lines: [String]
    /// What has Asterisk or the service read it again.
    package let reload: String
  }

  package struct Refusal: Error, Equatable, CustomStringConvertible {
    /// A line for each reason.
    package let description: String

    init(_ reasons: [String]) { description = reasons.joined(separator: "\n") }
  }

  package private(set) var changes: [Change] = []
  /// What stays as it is, and why.
  package private(set) var remarks: [String] = []

  private static let largestFile = 16 << 20

  let folder: String
  let files: ConfFiles

  init(_ folder: String, _ files: ConfFiles) {
    self.folder = folder
    self.files = files
  }

  func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// Nil where there is no such file.
  func bytes(of path: String) throws(Refusal) -> [UInt8]? {
    do throws(ConfFiles.ReadError) {
      return try files.read(path, Self.largestFile)
    } catch {
      if error.kind == .missing { return nil }
      throw Refusal(["\(path): \(error)"])
    }
  }

  /// At the end of the file, which is made where it is not there.
  mutating func append(_ lines: [String], to path: String, reload: String) throws(Refusal) {
    let before = try bytes(of: path)
    let block = InstalledBlock.written(lines)
    let start = before.map { $0.isEmpty || $0.last == UInt8(ascii: "\n") ? $0 : $0 + [UInt8(ascii: "\n")] } ?? []
    let after = start + block.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
    changes.append(Change(path: path, before: before, after: after, lines: block, reload: reload))
  }

  mutating func takeOut(of path: String, reload: String) throws(Refusal) {
    guard let before = try bytes(of: path) else { return }
    guard let block = try InstalledBlock(in: before, file: path) else { return }
    let after = block.rest.isEmpty ? nil : block.rest
    changes.append(Change(path: path, before: before, after: after, lines: block.lines, reload: reload))
  }

  mutating func remark(_ text: String) { remarks.append(text) }
}

/// The lines of a conf file that are ours, between two that say so.
struct InstalledBlock {
  private static let begin = "; BEGIN warm-transfer: `warm-transfer install --remove` takes these lines out"
  private static let end = "; END warm-transfer"

  let lines: [String]
  /// The file without them.
  let rest: [UInt8]

  static func written(_ lines: [String]) -> [String] { [begin] + lines + [end] }

  /// Nil where there is none.
  init?(in bytes: [UInt8], file: String) throws(InstallPlan.Refusal) {
    let newline = UInt8(ascii: "\n")
    let all = bytes.split(separator: newline, omittingEmptySubsequences: false)
    let starts = all.indices.filter { all[$0].elementsEqual(Self.begin.utf8) }
    let ends = all.indices.filter { all[$0].elementsEqual(Self.end.utf8) }
    guard let start = starts.first else {
      if let stray = ends.first { throw .init(["\(file):\(stray + 1): '\(Self.end)' without its beginning"]) }
      return nil
    }
    guard starts.count == 1, ends.count == 1, let end = ends.first, start < end else {
      throw .init([
        "\(file):\(start + 1): the lines between BEGIN and END warm-transfer have been changed; remove them by hand"
      ])
    }
    lines = all[start...end].map { String(decoding: $0, as: UTF8.self) }
    rest = Array((all[..<start] + all[(end + 1)...]).joined(separator: [newline]))
  }
}
