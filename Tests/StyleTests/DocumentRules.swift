import Foundation

private let longestReadme = 249

extension Rule {
  /// Pages that people read: what they point at is there.
  static let documentRules: [Rule] = [
    Rule(
      name: "The README is for the first ten minutes: at most \(longestReadme) lines",
      catches: [.init("README.md", String(repeating: "\n", count: longestReadme + 1))],
      passes: [
        .init("README.md", String(repeating: "\n", count: longestReadme)),
        .init("Tests/README.md", String(repeating: "\n", count: longestReadme + 1)),
      ]
    ) { repository in
      repository.files.filter { $0.path == "README.md" && $0.text.count { $0.isNewline } > longestReadme }
        .map { Violation(path: $0.path, line: longestReadme + 1, message: "\($0.text.count { $0.isNewline }) lines") }
    },

    Rule(
      name: "Links lead to files and headings that exist",
      catches: [
        page("see [this](missing.md)"), page("# One\n\n[two](#two)"), page("[up](../../README.md)"),
        page("[self](page.md#none)\n# Some"), page("`a` [this](missing.md) `b`"), page("# A\n## B\n[c](#b-1)"),
      ],
      passes: [
        page("# One, `two` and *three*\n\n[one](#one-two-and-three)"), page("[self](page.md)"),
        page("# A\n# A\n[second](page.md#a-1)"), page("[out](https://example.org/page#x)"), page("`[no](link.md)`"),
        page("```\n[no](link.md)\n```\n"), page("[folder](../docs)"),
      ]
    ) { repository in
      repository.pages.flatMap { page in
        page.prose.flatMap { number, line in
          line.matches(of: #/\]\(([^)\s]+)\)/#).map { String($0.output.1) }
            .filter { !$0.contains("://") && !repository.has($0, seenFrom: page) }
            .map { Violation(path: page.path, line: number, message: "leads nowhere: \($0)") }
        }
      }
    },

    Rule(
      name: "No ; cuts off a line of the shipped dialplan",
      catches: [dialplan("exten => s,1,Log(WARNING,gone; is it running?)")],
      passes: [
        dialplan("exten => s,1,Log(WARNING,gone\\; is it running?)"), dialplan(" same => n,Set(A=$[(1)]) ; (one"),
        dialplan("; a comment (or half of one"),
      ]
    ) { repository in
      repository.files.filter { $0.path.hasPrefix("asterisk-conf/extensions") }.flatMap { file in
        zip(1..., file.text.lines).filter { _, line in
          let said = line.replacing("\\;", with: "").prefix { $0 != ";" }
          return said.count { $0 == "(" } != said.count { $0 == ")" }
        }
        .map { Violation(path: file.path, line: $0.0, message: "ends before its parentheses do") }
      }
    },

    Rule(
      name: "Files that pages name exist",
      catches: [page("run `Tests/None/run`"), page("see `asterisk-conf/none.conf` there")],
      passes: [
        page("see `asterisk-conf/docs/page.md`"), page("`asterisk-conf/docs/page`"), page("`asterisk-conf/docs`"),
        page("`asterisk-conf/docs/`"), page("`asterisk-conf/docs/page.md --option`"),
      ]
    ) { repository in
      repository.pages.flatMap { page in
        zip(1..., page.text.lines).flatMap { number, line in
          line.matches(of: #/`((?:Tests|Sources|asterisk-conf)\/[^`\s]+)/#).map { String($0.output.1) }
            .filter { !repository.has(path: $0) }
            .map { Violation(path: page.path, line: number, message: "there is no \($0)") }
        }
      }
    },

    Rule(
      name: "Tests that pages name exist",
      catches: [page("shown by `KeyTests.aTestThatNobodyWrote`"), page("`KeyTests.one`, `.aTestThatNobodyWrote`")],
      passes: [page("`warm-transfer.service`, `KeyTests`, `.ci/run`, `.md`")]
    ) { repository in
      let tests = Set(
        repository.files.filter(\.isTest).flatMap(\.code)
          .filter { $0.contains("func ") }
          .flatMap { $0.matches(of: #/func (\w+)/#).map { String($0.output.1) } }
      )
      return repository.pages.flatMap { page in
        zip(1..., page.text.lines).flatMap { number, line in
          line.matches(of: #/`(?:\w+Tests)?\.([a-z]+[A-Z]\w+)`/#).map { String($0.output.1) }
            .filter { !tests.contains($0) }
            .map { Violation(path: page.path, line: number, message: "there is no test \($0)") }
        }
      }
    },
  ]
}

private func dialplan(_ text: String) -> Repository.File { .init("asterisk-conf/extensions_a.conf", text) }
private func page(_ text: String) -> Repository.File { .init("asterisk-conf/docs/page.md", text) }

extension Repository {
  fileprivate var pages: [File] { files.filter { $0.path.hasSuffix(".md") } }

  /// A file, the folder of one, or a Swift file without its ending.
  fileprivate func has(path: String) -> Bool {
    let path = path.hasSuffix("/") ? String(path.dropLast()) : path
    return files.contains { file in
      file.path == path || file.path.hasPrefix(path + "/") || file.path.hasPrefix(path + ".")
    }
  }

  /// A relative link, with the heading after its `#`.
  fileprivate func has(_ link: String, seenFrom page: File) -> Bool {
    let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var folders = page.folders
    for step in parts[0].split(separator: "/") where step != "." {
      if step != ".." {
        folders.append(String(step))
      } else if folders.popLast() == nil {
        return false
      }
    }
    let path = parts[0].isEmpty ? page.path : folders.joined(separator: "/")
    guard let heading = parts.dropFirst().first else {
      return files.contains { $0.path == path || $0.path.hasPrefix(path + "/") }
    }
    return files.contains { $0.path == path && $0.anchors.contains(heading) }
  }
}

extension Repository.File {
  /// The lines outside of code, with what stands in backticks left out.
  fileprivate var prose: [(Int, String)] {
    lines(inCode: false).map { ($0.0, $0.1.replacing(#/`[^`]*`/#, with: "")) }
  }

  private func lines(inCode wanted: Bool) -> [(Int, String)] {
    var isCode = false
    return zip(1..., text.lines).filter { _, line in
      let isFence = line.drop { $0 == " " }.hasPrefix("```")
      if isFence { isCode.toggle() }
      return !isFence && isCode == wanted
    }
  }

  /// What a `#` may name: headings as forges spell them, the second of a name with `-1`.
  fileprivate var anchors: Set<String> {
    var anchors: Set<String> = []
    for (_, line) in lines(inCode: false) where line.contains(#/^#{1,6} /#) {
      let words = line.drop { $0 == "#" }.dropFirst().lowercased()
      let name = words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }.replacing(" ", with: "-")
      let repeated = (1...).lazy.map { "\(name)-\($0)" }.first { !anchors.contains($0) }
      anchors.insert(anchors.contains(name) ? repeated ?? name : name)
    }
    return anchors
  }
}
