import Testing

/// The house rules, held by the build instead of by reviewers.
@Suite struct StyleTests {
  private static let repository = Result { try Repository.around() }

  @Test(arguments: Rule.all)
  func theRepositoryKeeps(_ rule: Rule) throws {
    let excused = Excuse.all.filter { $0.rule == rule.name }.map(\.path)
    for violation in rule.violations(try Self.repository.get()) where !excused.contains(violation.path) {
      Issue.record("\(violation)")
    }
  }

  @Test(arguments: Rule.all)
  func canFail(_ rule: Rule) {
    #expect(!rule.catches.isEmpty)
    for file in rule.catches {
      #expect(!rule.violations(Repository([file])).isEmpty, "not caught: \(file.path): \(file.text.prefix(80))")
    }
  }

  @Test(arguments: Rule.all)
  func letsPass(_ rule: Rule) {
    for file in rule.passes {
      #expect(rule.violations(Repository([file])).isEmpty)
    }
  }

  @Test func excusesAreNeededAndExplained() throws {
    let repository = try Self.repository.get()
    for excuse in Excuse.all {
      let needed = Rule.all.filter { $0.name == excuse.rule }.flatMap { $0.violations(repository) }.map(\.path)
      #expect(needed.contains(excuse.path), "nothing to excuse: \(excuse.path)")
      #expect(excuse.reason.count > 20, "no reason: \(excuse.path)")
    }
  }

  @Test func theReaderSeesTheWholeRepository() throws {
    let paths = try Self.repository.get().files.map(\.path)
    for path in ["Package.swift", "Sources/warm-transfer/main.swift", "Tests/StyleTests/StyleTests.swift"] {
      #expect(paths.contains(path))
    }
  }

  @Test(arguments: [
    ("a // b", "a ", "// b"),
    ("a /* b /* c */ d */ e", "a  e", " b  c  d "),
    (#"f("x // \" y") // z"#, #"f("") "#, "// z"),
    (#"f("a \(b("c")) d")"#, #"f(""(b("")))"#, ""),
    (##"f(#"\(a)" \#(b)"#, c)"##, ##"f(""(b), c)"##, ""),
    ("f(\"\"\"\n  // a\n  \"b\"\n  \"\"\")", "f(\"\"\n\n\n)", "\n\n\n"),
    (##"f(#/a "b/c/#, d)"##, #"f("", d)"#, ""),
  ])
  func codeAndCommentsAreToldApart(_ text: String, code: String, comments: String) {
    let parts = SwiftText(text)
    #expect(parts.code == code.lines)
    #expect(parts.comments == comments.lines)
  }
}
