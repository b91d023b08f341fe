import Testing

struct Violation: Hashable, Sendable, CustomStringConvertible {
  let path: String
  let line: Int
  let message: String

  var description: String { "\(path):\(line): \(message)" }
}

/// One thing that this house forbids. A rule cannot be written down without the proof that it can fail.
struct Rule: Sendable, CustomTestStringConvertible {
  let name: String
  /// Made-up files, each of which must be caught by itself.
  let catches: [Repository.File]
  /// Made-up files that look alike and must pass.
  var passes: [Repository.File] = []
  let violations: @Sendable (Repository) -> [Violation]

  var testDescription: String { name }

  static let all = importRules + idiomRules + textRules + shapeRules + packageRules + documentRules
}

/// A file that breaks a rule for a good reason.
struct Excuse: Sendable {
  let rule: String
  let path: String
  let reason: String

  static let all: [Excuse] = [
    Excuse(
      rule: "Tasks have an owner: groups and async let, never Task { }",
      path: "Sources/Runtime/Process/AsyncMain.swift",
      reason: "a main that is not asynchronous has no other way in, and waits for its task"
    )
  ]
}

extension Rule {
  /// A rule about each line of code, comments and strings set aside.
  static func code(
    _ name: String,
    in applies: @escaping @Sendable (Repository.File) -> Bool,
    catches: [Repository.File],
    passes: [Repository.File] = [],
    forbids pattern: @escaping @Sendable () -> Regex<Substring>
  ) -> Rule {
    // To Unicode `getenv.c` is one word; with simple boundaries a word ends at the dot.
    Rule(name: name, catches: catches, passes: passes) { repository in
      let pattern = pattern().wordBoundaryKind(.simple)
      return repository.files.filter(applies).flatMap { file in
        zip(1..., file.code).filter { $0.1.contains(pattern) }
          .map { Violation(path: file.path, line: $0.0, message: name) }
      }
    }
  }

  /// A rule about each line of every file, whatever it is written in. The rules themselves may say what they forbid.
  static func text(
    _ name: String,
    catches: [Repository.File],
    passes: [Repository.File] = [],
    forbids pattern: @escaping @Sendable () -> Regex<Substring>
  ) -> Rule {
    Rule(name: name, catches: catches, passes: passes) { repository in
      let pattern = pattern().wordBoundaryKind(.simple)
      return repository.files.filter { !$0.path.hasPrefix("Tests/StyleTests/") }.flatMap { file in
        zip(1..., file.text.lines).filter { $0.1.contains(pattern) }
          .map { Violation(path: file.path, line: $0.0, message: name) }
      }
    }
  }
}

/// Made-up files for the proofs.
func product(_ text: String) -> Repository.File { .init("Sources/Speech/Example.swift", text) }
func unitTest(_ text: String) -> Repository.File { .init("Tests/SpeechTests/Example.swift", text) }
