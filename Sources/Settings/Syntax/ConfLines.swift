/// The lines of one file with something on them: comments gone, blanks at the ends gone, `\;` turned into `;`.
struct ConfLines {
  struct Line: Equatable {
    let number: Int
    let text: String
  }

  /// As Asterisk reads them.
  static let longestLine = 8190
  static let deepestComment = 128

  private(set) var lines: [Line] = []
  private(set) var mistakes: [ConfMistake] = []
  /// What is written after the last line would be part of a comment.
  var endsInComment: Bool { !openComments.isEmpty }
  private let file: String
  /// The lines where the block comments began that are open now.
  private var openComments: [Int] = []

  init(of bytes: [UInt8], file: String) {
    self.file = file
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.starts(with: byteOrderMark) ? bytes[byteOrderMark.count...] : bytes[...]
    for (index, line) in content.split(separator: .newline, omittingEmptySubsequences: false).enumerated() {
      take(line, number: index + 1)
    }
    if let begin = openComments.last { complain(begin, "this ';--' comment is never closed by '--;'") }
  }

  private mutating func take(_ raw: ArraySlice<UInt8>, number: Int) {
    guard raw.count <= Self.longestLine else {
      return complain(number, "longer than \(Self.longestLine) bytes")
    }
    let bytes = withoutComments(raw, number: number)
    guard let line = String(validating: bytes, as: UTF8.self) else { return complain(number, "not valid UTF-8") }
    let text = line.trimmingBlanks
    guard !text.isEmpty else { return }
    if let control = text.unicodeScalars.first(where: { isControl($0) && $0 != "\t" }) {
      return complain(number, "contains the control character 0x\(String(control.value, radix: 16))")
    }
    lines.append(Line(number: number, text: text))
  }

  /// `;` begins a comment to the end of the line, `;--` one to `--;` that may hold others, `;---` an ordinary one.
  private mutating func withoutComments(_ raw: ArraySlice<UInt8>, number: Int) -> [UInt8] {
    let line = Array(raw)
    var kept: [UInt8] = []
    var index = 0
    var markEnd = 0
    while index < line.count {
      defer { index += 1 }
      guard line[index] == .semicolon else {
        if openComments.isEmpty { kept.append(line[index]) }
        continue
      }
      if index > 0, line[index - 1] == .backslash {
        if openComments.isEmpty { kept[kept.count - 1] = .semicolon }
      } else if opensBlock(line, index) {
        guard openComments.count < Self.deepestComment else {
          complain(number, "more than \(Self.deepestComment) comments inside each other")
          return kept
        }
        openComments.append(number)
        index += 2
        markEnd = index + 1
      } else if !openComments.isEmpty, index >= markEnd + 2, line[index - 1] == .dash, line[index - 2] == .dash {
        openComments.removeLast()
        markEnd = index + 1
      } else if openComments.isEmpty {
        return kept
      }
    }
    return kept
  }

  private func opensBlock(_ line: [UInt8], _ index: Int) -> Bool {
    guard index + 2 < line.count, line[index + 1] == .dash, line[index + 2] == .dash else { return false }
    return index + 3 == line.count || line[index + 3] != .dash
  }

  private mutating func complain(_ line: Int, _ message: String) {
    mistakes.append(ConfMistake(at: ConfLocation(file: file, line: line), message))
  }
}

extension UInt8 {
  fileprivate static let newline = UInt8(ascii: "\n")
  fileprivate static let semicolon = UInt8(ascii: ";")
  fileprivate static let backslash = UInt8(ascii: "\\")
  fileprivate static let dash = UInt8(ascii: "-")
}

extension StringProtocol {
  /// Without blanks, tabs and carriage returns at both ends.
  var trimmingBlanks: String {
    let blanks: Set<Unicode.Scalar> = [" ", "\t", "\r"]
    let scalars = unicodeScalars
    guard let start = scalars.firstIndex(where: { !blanks.contains($0) }),
      let end = scalars.lastIndex(where: { !blanks.contains($0) })
    else { return "" }
    return String(self[start..<scalars.index(after: end)])
  }
}
