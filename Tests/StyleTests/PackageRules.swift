private let topLevel: Set = ["Package.swift", "README.md", "Sources", "Tests", "asterisk-conf"]

extension Rule {
  static let packageRules: [Rule] = [
    Rule(
      name: "Nothing but the agreed five is visible at the top",
      catches: [.init("notes.md", ""), .init("Scripts/run", "")],
      passes: topLevel.map { .init($0.contains(".") ? $0 : $0 + "/a", "") } + [.init(".ci/run", "")]
    ) { repository in
      Set(repository.files.map { String($0.path.prefix { $0 != "/" }) })
        .filter { !$0.hasPrefix(".") && !topLevel.contains($0) }
        .map { Violation(path: $0, line: 1, message: "does not belong at the top") }
    },

    Rule(
      name: "Every Swift file is part of a target",
      catches: ["Sources/Attic/A.swift", "Tests/A.swift", "asterisk-conf/A.swift"].map { .init($0, "") },
      passes: [.init("Package.swift", "")]
    ) { repository in
      let targets = targetFolders(in: repository)
      return repository.files
        .filter { $0.isSwift && $0.path != "Package.swift" }
        .filter { targets.isDisjoint(with: $0.folders.dropFirst().prefix(1)) }
        .map { Violation(path: $0.path, line: 1, message: "in the folder of no target") }
    },

    Rule(
      name: "Every system library is used by a target",
      catches: [
        .init("Package.swift", #"systemLibrary("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev")"#),
        .init("Package.swift", #".systemLibrary(name: "CZlib")"#),
      ],
      passes: [.init("Package.swift", #"systemLibrary("CZlib") module("A", uses: ["CZlib"])"#)]
    ) { repository in
      repository.files.filter { $0.path == "Package.swift" }.flatMap { package in
        package.text.matches(of: #/systemLibrary\((?:name: )?"(\w+)"/#).map { String($0.output.1) }
          .filter { library in package.text.matches(of: #/"(\w+)"/#).count { $0.output.1 == library } < 2 }
          .map { Violation(path: package.path, line: 1, message: "\($0) is used by no target") }
      }
    },
  ]
}

/// The folders of the targets in Package.swift: named after the target unless a path says otherwise.
private func targetFolders(in repository: Repository) -> Set<String> {
  let manifest = repository.files.first { $0.path == "Package.swift" }?.text ?? ""
  let named = manifest.matches(of: #/(?:module\(|[tT]arget\(\s*name: )"([\w-]+)"/#).map { String($0.output.1) }
  let tests = manifest.matches(of: #/tests\(\s*of: "([\w-]+)"/#).map { "\($0.output.1)Tests" }
  let paths = manifest.matches(of: #/path: "\w+\/([\w-]+)"/#).map { String($0.output.1) }
  return Set(named + tests + paths)
}
