private let longestFile = 400
private let longestFunction = 70

extension Rule {
  static let shapeRules: [Rule] = [
    Rule(
      name: "A file has at most \(longestFile) lines",
      catches: [product(String(repeating: "\n", count: longestFile))],
      passes: [product(String(repeating: "\n", count: longestFile - 1))]
    ) { repository in
      repository.files.filter { $0.isSwift && $0.code.count > longestFile }
        .map { Violation(path: $0.path, line: longestFile + 1, message: "\($0.code.count) lines") }
    },

    Rule(
      name: "A function has at most \(longestFunction) lines",
      catches: [
        product("package func long(\n_ a: [Int] = { [] }()\n) {" + String(repeating: "\n", count: 70) + "}"),
        product("  private init?() {\n if a {\n }" + String(repeating: "\n", count: 70) + "}"),
        product("var long: Int {" + String(repeating: "\n", count: 70) + "}"),
      ],
      passes: [
        product("func short() {" + String(repeating: "\n", count: 69) + "}"),
        product("struct A {\nfunc a() {}" + String(repeating: "\n", count: 70) + "}"),
        product("protocol A {\nfunc a()\n}\nstruct B {" + String(repeating: "\n", count: 70) + "}"),
      ]
    ) { repository in
      repository.files.flatMap { file in
        functions(in: file.code).filter { $0.count > longestFunction }
          .map { Violation(path: file.path, line: $0.lowerBound + 1, message: "a function of \($0.count) lines") }
      }
    },
  ]
}

/// The lines of every function, initialiser and computed property, from its name to its closing brace.
private func functions(in code: [String]) -> [ClosedRange<Int>] {
  let start = #/^\s*(?:[\w@()]+\s+)*(?:func\b|init\b|deinit\b|subscript\b|var\s+\w+\s*:[^={]*\{)/#
  return code.indices.compactMap { line in
    guard code[line].contains(start), let end = endOfBody(in: code, from: line) else { return nil }
    return line...end
  }
}

/// The line that closes the first body at or after a line; nil for a declaration without one.
private func endOfBody(in code: [String], from start: Int) -> Int? {
  var parentheses = 0
  var braces = 0
  for line in start..<code.count {
    for character in code[line] {
      switch character {
      case "(": parentheses += 1
      case ")": parentheses -= 1
      case "{" where parentheses == 0 || braces > 0: braces += 1
      case "}" where braces > 0:
        braces -= 1
        if braces == 0 { return line }
      case "}" where parentheses == 0: return nil
      default: break
      }
    }
  }
  return nil
}
