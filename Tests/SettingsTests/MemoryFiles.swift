@testable import Settings

extension ConfFiles {
  /// Files that exist in the test alone. A pattern may hold one `*`.
  static func inMemory(_ files: [String: String]) -> ConfFiles {
    inMemory(bytes: files.mapValues { Array($0.utf8) })
  }

  static func inMemory(bytes files: [String: [UInt8]]) -> ConfFiles {
    ConfFiles { path, limit throws(ReadError) in
      guard let content = files[path] else { throw ReadError(.missing, "No such file or directory") }
      guard content.count <= limit else { throw ReadError(.tooLarge, "File too large") }
      return content
    } expand: { pattern in
      let ends = pattern.split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false)
      guard ends.count == 2 else { return files[pattern] == nil ? [] : [pattern] }
      return files.keys.filter { $0.hasPrefix(ends[0]) && $0.hasSuffix(ends[1]) }.sorted()
    }
  }
}

let mainFile = "/etc/asterisk/warm_transfer.conf"

/// What the mistakes of the file are; empty when it loads.
func mistakes(in text: String, and others: [String: String] = [:]) -> [String] {
  do throws(ConfMistakes) {
    _ = try Settings.load(mainFile, from: .inMemory(others.merging([mainFile: text]) { $1 }))
    return []
  } catch {
    return error.all.map { "\($0.location.file.split(separator: "/").last ?? ""):\($0.location.line): \($0.message)" }
  }
}

func settings(_ text: String, and others: [String: String] = [:]) throws -> Settings {
  try Settings.load(mainFile, from: .inMemory(others.merging([mainFile: text]) { $1 }))
}

/// As a mistake lists them.
let kinds = SectionKind.allCases.map(\.rawValue).joined(separator: ", ")
