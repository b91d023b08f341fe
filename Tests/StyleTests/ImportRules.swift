private let system: Set = ["Glibc", "Synchronization"]

/// Who may import what. A module that is not in this table does not exist.
private let mayImport: [String: Set<String>] = [
  "Transfer": [],
  "Settings": ["Transfer"],
  "Runtime": system.union(["CLinux"]),
  "Transport": system.union(["Runtime", "CCurl", "CJansson", "CWebSockets", "COpenSSL"]),
  "ARI": system.union(["Runtime", "Transport"]),
  "Speech": system.union(["Transfer", "Runtime", "CEspeakNG"]),
  "Store": system.union(["Transfer", "Transport", "Runtime", "CSQLite"]),
  "Web": system.union(["Transfer", "Transport", "Runtime", "CPages"]),
  "WarmTransfer": system.union(ours),
  "warm-transfer": system.union(ours).union(["WarmTransfer"]),
]
private let ours: Set = ["Transfer", "Settings", "Runtime", "Transport", "ARI", "Speech", "Store", "Web"]

private struct Import {
  let file: Repository.File
  let line: Int
  let name: String

  static func all(in files: [Repository.File]) -> [Import] {
    files.flatMap { file in
      zip(1..., file.code).compactMap { line, code in
        name(in: code).map { Import(file: file, line: line, name: $0) }
      }
    }
  }

  /// Attributes and access, `import`, perhaps `struct` and the like, then the module and perhaps a member of it.
  private static func name(in code: String) -> String? {
    let words = code.split(separator: " ").drop { $0.hasPrefix("@") }
    guard let keyword = words.firstIndex(of: "import"), keyword <= words.startIndex + 1 else { return nil }
    let kinds = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    let name = words[(keyword + 1)...].drop { kinds.contains(String($0)) }.first
    return name?.split(separator: ".").first.map(String.init)
  }
}

extension Rule {
  static let importRules: [Rule] = [
    Rule(
      name: "A module imports only what the table allows",
      catches: [
        .init("Sources/Transfer/A.swift", "import Glibc"),
        .init("Sources/Settings/A.swift", "package import Speech"),
        .init("Sources/Runtime/A.swift", "internal import Transfer"),
        .init("Sources/ARI/A.swift", "import struct CCurl.CURL"),
        .init("Sources/WarmTransfer/A.swift", "@preconcurrency import CJansson"),
        .init("Sources/Web/A.swift", "import Store"),
        .init("Sources/Attic/A.swift", "import Transport"),
      ],
      passes: [
        .init("Sources/Transport/A.swift", "package import Runtime\ninternal import CCurl"),
        .init("Sources/Settings/A.swift", "// import Glibc\nlet text = \"import Glibc\""),
      ]
    ) { repository in
      Import.all(in: repository.files.filter(\.isProduct)).compactMap { found in
        guard let module = found.file.module else { return nil }
        if mayImport[module]?.contains(found.name) == true { return nil }
        return Violation(path: found.file.path, line: found.line, message: "\(module) may not import \(found.name)")
      }
    },

    Rule(
      name: "A C library is imported by exactly one module of the product, or by the tests alone",
      catches: [.init("Sources/CZlib/module.modulemap", "module CZlib {}")],
      passes: [.init("Sources/Speech/A.swift", "import CEspeakNG")]
    ) { repository in
      repository.files.filter { $0.path.hasSuffix("/module.modulemap") }.compactMap { map in
        let library = map.folders.last ?? ""
        let imports = Import.all(in: repository.files).filter { $0.name == library }
        let product = imports.filter(\.file.isProduct)
        let importers = Set((product.isEmpty ? imports : product).compactMap(\.file.module))
        if importers.count == 1 { return nil }
        return Violation(path: map.path, line: 1, message: "imported by \(importers.sorted())")
      }
    },

    Rule(
      name: "Product code does without Foundation, Dispatch and test libraries",
      catches: ["Foundation", "FoundationEssentials", "Dispatch", "Testing", "XCTest"].map { product("import \($0)") },
      passes: [unitTest("import Foundation"), product("import Synchronization")]
    ) { repository in
      Import.all(in: repository.files.filter(\.isProduct))
        .filter { $0.name.hasPrefix("Foundation") || ["Dispatch", "Testing", "XCTest"].contains($0.name) }
        .map { Violation(path: $0.file.path, line: $0.line, message: "\($0.name) in product code") }
    },

    Rule(
      name: "Tests are written with Swift Testing",
      catches: [unitTest("import XCTest")],
      passes: [unitTest("import Testing")]
    ) { repository in
      Import.all(in: repository.files.filter(\.isTest))
        .filter { $0.name == "XCTest" }
        .map { Violation(path: $0.file.path, line: $0.line, message: "XCTest instead of Testing") }
    },
  ]
}
