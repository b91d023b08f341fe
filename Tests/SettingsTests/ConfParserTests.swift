import Testing

@testable import Settings

@Suite struct ConfParserTests {
  private static func parse(_ text: String, and others: [String: String] = [:]) -> ParsedConf {
    ConfParser.parse("/c/main.conf", from: .inMemory(others.merging(["/c/main.conf": text]) { $1 }))
  }

  /// `section.key=value` for each entry outside templates.
  private static func entries(_ conf: ParsedConf) -> [String] {
    conf.sections.filter { !$0.isTemplate }.flatMap { section in
      section.entries.map { "\(section.name).\($0.key)=\($0.value)" }
    }
  }

  @Test(arguments: [
    // Assignments.
    ("[a]\nk = v", ["a.k=v"]),
    ("[a]\nk => v", ["a.k=v"]),
    ("  [ a ]  \n\t k\t=\tv w \t", ["a.k=v w"]),
    ("[a]\nk = x=y", ["a.k=x=y"]),
    ("[a]\nk =", ["a.k="]),
    ("[a]\n\\#k = v\n\\[l = w", ["a.#k=v", "a.[l=w"]),
    ("[a]\nk=x\nk += ,y", ["a.k=x ,y"]),
    ("[a]\nk=x\nk +=,y", ["a.k=x,y"]),
    ("[a]\nk += y", ["a.k=y"]),
    // Comments.
    ("[a] ; one\nk = v ; two\n; three", ["a.k=v"]),
    ("[a]\nk = v\\; w", ["a.k=v; w"]),
    ("[a]\nk = 1 ;-- gone --; 2", ["a.k=1  2"]),
    ("[a]\n;-- k = v\n;-- inner --;\nl = w\n--;\nm = x", ["a.m=x"]),
    ("[a]\n;--------\nk = v", ["a.k=v"]),
    ("[a]\n;--;\nk = v\n--;l = w", ["a.l=w"]),
    ("[a]\nk = a--; b", ["a.k=a--"]),
    // Bytes.
    ("\u{FEFF}[a]\r\nk = v\r\n", ["a.k=v"]),
    ("[a]\nk = Zürich \u{1F44B}", ["a.k=Zürich \u{1F44B}"]),
    // Templates.
    ("[t](!)\nk=1\nl=2\n[a](t)\nl=3", ["a.k=1", "a.l=3"]),
    ("[t](!)\nk=1\n[u](!)\nk=2\n[a](t,u)", ["a.k=2"]),
    ("[t](!)\nk=1\n[u](!, t)\nl=2\n[a](u)", ["a.k=1", "a.l=2"]),
    ("[a]\nk=1\n[b](a)\nl=2", ["a.k=1", "b.k=1", "b.l=2"]),
    ("[a]\nk=1\n[b]\n[a](+)\nk=2\nl=3", ["a.k=2", "a.l=3"]),
    ("[t](!)\nk=x\n[a](t)\nk += y", ["a.k=x y"]),
  ])
  func syntax(_ text: String, _ expected: [String]) {
    let conf = Self.parse(text)
    #expect(Self.entries(conf) == expected)
    #expect(conf.mistakes == [])
  }

  @Test(arguments: [
    ("[a\nk=v", "1: '[' without its ']'"),
    ("[]\n", "1: a section without a name"),
    ("[a]x", "1: after '[section]' comes nothing, or '(…)' with templates, '!' or '+'; not 'x'"),
    ("[a](t", "1: after '[section]' comes nothing, or '(…)' with templates, '!' or '+'; not '(t'"),
    ("[a](t)", "1: there is no section or template [t] above to inherit from"),
    ("[a](a)", "1: there is no section or template [a] above to inherit from"),
    ("[templ](!)\n[a](tmpl)", "2: there is no section or template [tmpl] above to inherit from; did you mean 'templ'?"),
    ("[a](+)", "1: there is no section [a] above to add to"),
    ("[a]\n[a]", "2: section [a] is already at /c/main.conf:1; write [a](+) to add to it"),
    ("k = v", "1: 'k' is not in any [section]"),
    ("[a]\nsecret word", "2: no '=' after 'secret'"),
    ("[a]\n = v", "2: no key before '='"),
    ("[a]\nk=1\nk=2", "3: 'k' is set twice in this section"),
    ("[a]\n;-- x", "2: this ';--' comment is never closed by '--;'"),
    ("[a]\nk = \u{1}", "2: contains the control character 0x1"),
    ("[a]\nk = \u{202E}x", "2: contains the control character 0x202e"),
    ("#exec /bin/date", "1: #exec is not supported: settings never run a program"),
    ("#inclde \"x\"", "1: unknown directive '#inclde'; did you mean '#include'?"),
    ("#include", "1: #include needs the name of a file"),
    ("#include \"\"", "1: #include needs the name of a file"),
    ("#include \"x.conf\"", "1: no such file: 'x.conf' (#tryinclude allows that)"),
    ("#include wt.d/*.conf", "1: no such file: 'wt.d/*.conf' (#tryinclude allows that)"),
    ("#include main.conf", "1: '/c/main.conf' includes itself"),
    ("[a]\nk = " + String(repeating: "x", count: 9000), "2: longer than 8190 bytes"),
  ])
  func mistakes(_ text: String, _ expected: String) {
    #expect(Self.parse(text).mistakes.map(\.description) == ["/c/main.conf:" + expected])
  }

  @Test func invalidUTF8IsAMistakeOnItsLine() {
    let bytes = Array("[a]\nk = ".utf8) + [0xC3, 0x28, 0x0A] + Array("l = w".utf8)
    let conf = ConfParser.parse("/c/main.conf", from: .inMemory(bytes: ["/c/main.conf": bytes]))
    #expect(conf.mistakes.map(\.description) == ["/c/main.conf:2: not valid UTF-8"])
    #expect(Self.entries(conf) == ["a.l=w"])
  }

  @Test func aMissingMainFileIsAMistake() {
    let conf = ConfParser.parse("/nowhere", from: .inMemory([:]))
    #expect(conf.mistakes.map(\.description) == ["/nowhere:1: cannot be read: No such file or directory"])
  }

  // MARK: Includes

  @Test func includesAreLookedForBesideTheFileThenInAsterisksFolder() {
    let conf = Self.parse(
      "#include \"d/*.conf\"\n#include <x.conf>\n#tryinclude missing.conf\n#include /abs.conf",
      and: [
        "/c/d/1.conf": "[one]\nk=1", "/c/d/2.conf": "[two]\nk=2", "/etc/asterisk/x.conf": "[x]\nk=3",
        "/abs.conf": "[abs]\nk=4",
      ]
    )
    #expect(Self.entries(conf) == ["one.k=1", "two.k=2", "x.k=3", "abs.k=4"])
    #expect(conf.mistakes == [])
    #expect(conf.sections[1].entries[0].location == ConfLocation(file: "/c/d/2.conf", line: 2))
  }

  @Test func anIncludeGoesOnInTheSectionItStandsInAndLeavesIt() {
    let conf = Self.parse("[a]\n#include i.conf\nm=3", and: ["/c/i.conf": "k=1\n[b]\nl=2"])
    #expect(Self.entries(conf) == ["a.k=1", "a.m=3", "b.l=2"])
  }

  @Test func aLoopOfIncludesIsNamed() {
    let conf = Self.parse("#include b", and: ["/c/b": "\n#include main.conf"])
    #expect(conf.mistakes.map(\.description) == ["/c/b:2: '/c/main.conf' includes itself"])
  }

  @Test func depthIsBounded() {
    var files: [String: String] = [:]
    for level in 0..<20 { files["/c/\(level)"] = "#include \(level + 1)" }
    let conf = Self.parse("#include 0", and: files)
    #expect(conf.mistakes.map(\.description) == ["/c/8:1: more than 10 files deep in #include"])
  }

  @Test func filesThatIncludeEachOtherTwiceDoNotExplode() {
    var files: [String: String] = [:]
    for level in 0..<5 { files["/c/\(level)"] = String(repeating: "#include \(level + 1)\n", count: 20) }
    files["/c/5"] = "[x]"
    #expect(Self.parse("#include 0", and: files).mistakes.contains { $0.message == "more than 256 files included" })
  }

  @Test func theTotalSizeIsBounded() {
    let large = "[a]\n" + String(repeating: "; comment\n", count: 60_000)
    let conf = Self.parse("#include b\n#include c", and: ["/c/b": large, "/c/c": large])
    #expect(conf.mistakes.map(\.description) == ["/c/main.conf:2: cannot read '/c/c': File too large"])
  }

  @Test func aSectionHoldsABoundedNumberOfKeys() {
    let keys = (0...ConfSection.mostEntries).map { "k\($0) = v\n" }.joined()
    #expect(Self.parse("[a]\n" + keys).mistakes.map(\.location.line) == [ConfSection.mostEntries + 2])
  }

  @Test func anEndlessAppendIsStopped() {
    let lines = String(repeating: "k += \(String(repeating: "x", count: 4000))\n", count: 3)
    #expect(Self.parse("[a]\n" + lines).mistakes.map(\.message) == ["'k' grows longer than 8190 bytes"])
  }
}

@Suite struct NearMissTests {
  @Test(arguments: [
    ("ring_timout", "; did you mean 'ring_timeout'?"),
    ("Ring_Timeout", "; did you mean 'ring_timeout'?"),
    ("rign_timeout", "; did you mean 'ring_timeout'?"),
    ("dail", "; did you mean 'dial'?"),
    ("weather", ""),
    ("", ""),
    (String(repeating: "x", count: 9999), ""),
  ])
  func suggestions(_ word: String, _ expected: String) {
    #expect(suggestion(for: word, among: ["ring_timeout", "dial", "voice"]) == expected)
  }
}
