extension Rule {
  static let idiomRules: [Rule] = [
    .code(
      "A type is named after a thing, not Manager, Helper or Util",
      in: \.isSwift,
      catches: ["class CallManager {", "struct AudioHelper {", "enum StringUtils {", "actor Util {"].map(product),
      passes: [product("struct Utilization {}\nlet manager = 1")]
    ) { #/\b(?:struct|class|enum|actor|protocol)\s+\w*(?:Manager|Helper|Util(?:s|ity|ities)?)\b/# },

    Rule(
      name: "A file is named after a thing, not after a pattern",
      catches: ["Sources/ARI/Helpers.swift", "Sources/ARI/String+Extensions.swift", "Tests/ARITests/Utils.swift"].map {
        .init($0, "")
      },
      passes: [.init("Sources/ARI/Channel.swift", "")]
    ) { repository in
      let pattern = #/(?:Manager|Helper|Util|Extension|Constant|Misc)s?\.swift$/#
      return repository.files.filter { $0.path.contains(pattern) }
        .map { Violation(path: $0.path, line: 1, message: "named after a pattern") }
    },

    .code(
      "No singletons",
      in: \.isProduct,
      catches: ["static let shared = Log()", "static var sharedInstance: Log", "static let instance = 1"].map(product),
      passes: [product("let shared = 1")]
    ) { #/\bstatic\s+(?:let|var)\s+(?:shared\w*|instance|singleton)\b/# },

    .code(
      "Errors are not thrown away, and casts and errors do not crash",
      in: \.isProduct,
      catches: ["try? file.close()", "try! open()", "let a = b as! C"].map(product),
      passes: [product("try open() as? C // not try!")]
    ) { #/\btry[?!]|\bas!/# },

    .code(
      "Nothing crashes on purpose",
      in: \.isProduct,
      catches: ["fatalError()", "preconditionFailure(\"no\")", "abort()"].map(product),
      passes: [product("assert(ready)"), product("call.abort()")]
    ) { #/\b(?:fatalError|preconditionFailure)\b|(?:^|[^.\w])abort\(\)/# },

    Rule(
      name: "Whoever switches the checks for data races off proves in a comment that it is safe",
      catches: ["final class A: @unchecked Sendable {}", "\n\nnonisolated(unsafe) var a = 1"].map(product),
      passes: [
        product("// Only the loop's thread touches it.\nnonisolated(unsafe) var a = 1"),
        product("struct A: @unchecked Sendable {}  // immutable after init"),
      ]
    ) { repository in
      let escape = #/@unchecked\s+Sendable|nonisolated\(unsafe\)/#
      return repository.files.filter(\.isSwift).flatMap { file in
        file.code.indices.filter { line in
          file.code[line].contains(escape)
            && file.comments[max(0, line - 1)...line].allSatisfy { $0.filter(\.isLetter).isEmpty }
        }
        .map { Violation(path: file.path, line: $0 + 1, message: "no proof on this line or the one before") }
      }
    },

    .code(
      "Tasks have an owner: groups and async let, never Task { }",
      in: \.isProduct,
      catches: ["Task { await run() }", "Task.detached { }", "let a = Task<Void, Never> {", "Task(priority: .high) {"]
        .map(product),
      passes: [product("struct Task {"), product("try Task.checkCancellation()"), product("withTaskGroup {")]
    ) { #/(?:^|[^\w\s]|\b(?:in|return|await)\b)\s*Task(?:<[^>]*>)?(?:\([^)]*\)|\.(?:detached|immediate).*)?\s*\{/# },

    .code(
      "Unit tests do not sleep: they own the clock",
      in: \.isUnitTest,
      catches: ["try await Task.sleep(for: .seconds(1))", "usleep(10)", "sleep(1)", "Thread.sleep(forTimeInterval: 1)"]
        .map(unitTest) + [unitTest("try await ContinuousClock().sleep(for: wait)")],
      passes: [
        unitTest("func sleep(until deadline: Instant)"), unitTest("try await clock.sleep(for: wait)"),
        .init("Tests/AsteriskTests/A.swift", "try await Task.sleep(for: .seconds(1))"),
        .init("Tests/Lab/A.swift", "usleep(10)"),
      ]
    ) { #/\b(?:Task|Thread|\w+Clock\(\))\.sleep|(?:^|[^.\w\s]|\b(?:await|try)\b)\s*(?:u|nano)?sleep\(/# },

    .code(
      "A new state of a machine breaks the build: no default",
      in: { $0.path.hasPrefix("Sources/Transfer/Machine/") },
      catches: [
        .init("Sources/Transfer/Machine/Legs/AgentLeg.swift", "    default: []"),
        .init("Sources/Transfer/Machine/Stages/Merging.swift", "    @unknown default: []"),
        .init("Sources/Transfer/Machine/Chores.swift", "    default : return"),
      ],
      passes: [.init("Sources/Transfer/Words/Template.swift", "default: break"), product("default: break")]
    ) { #/\bdefault\s*:/# },

    .code(
      "Only main prints; everybody else logs",
      in: { $0.isProduct && $0.module != "warm-transfer" },
      catches: ["print(1)", "  debugPrint(call)", "dump(call)", "fputs(text, stderr)"].map(product),
      passes: [product("page.print(1)"), .init("Sources/warm-transfer/main.swift", "print(1)")]
    ) { #/(?:^|[^.\w\s])\s*(?:print|debugPrint|dump|puts|fputs|printf)\(/# },

    .code(
      "Only main reads the environment and the command line",
      in: { $0.isProduct && $0.module != "warm-transfer" },
      catches: ["getenv(name)", "secure_getenv(name)", "environ[0]", "CommandLine.arguments"].map(product),
      passes: [product("let environment = 1"), .init("Sources/warm-transfer/main.swift", "CommandLine.arguments")]
    ) { #/\b(?:secure_)?getenv\b|\benviron\b|\bProcessInfo\b|\bCommandLine\b/# },

    .code(
      "Nothing is public: this is a service, not a library",
      in: \.isProduct,
      catches: ["public struct A {}", "open class A {}"].map(product),
      passes: [product("package struct A {}"), product("open(path)")]
    ) { #/\bpublic\s|\bopen\s+(?:class|func|var)\b/# },

    .code(
      "One platform: no switches for others",
      in: \.isSwift,
      catches: ["#if os(Linux)", "#if canImport(Glibc)", "@available(macOS 13, *)", "@inlinable"].map(product),
      passes: [product("available(now)")]
    ) { #/#if\s+!?(?:os|canImport)\b|@available\b|@inlinable\b/# },

    Rule(
      name: "Every buffer has a limit",
      catches: [
        "let events = AsyncStream.makeStream(of: Int.self)", "let a = AsyncThrowingStream<Int, any Error> { _ in }",
        "AsyncStream(bufferingPolicy: .unbounded) {",
      ].map(product),
      passes: [
        product("AsyncStream.makeStream(\n  of: Int.self,\n  bufferingPolicy: .bufferingOldest(1)\n)"),
        product("var events: AsyncStream<Int> { stream }"),
        // Nothing is made before it is asked for.
        product("let events = AsyncStream(unfolding: { await next() })"),
      ]
    ) { repository in
      let creation = #/Stream(?:<.*>)?(?:\.makeStream)?\(|(?:=|return)\s+Async(?:Throwing)?Stream(?:<.*>)?\s*\{/#
      return repository.files.filter(\.isProduct).flatMap { file in
        file.code.indices.filter { line in
          guard file.code[line].contains("Async"), file.code[line].contains(creation) else { return false }
          if file.code[line].contains("(unfolding:") { return false }
          return !file.code[line...].prefix(5).contains { $0.contains(#/\.buffering(?:Oldest|Newest)\(/#) }
        }
        .map { Violation(path: file.path, line: $0 + 1, message: "a stream without a limit") }
      }
    },
  ]
}
