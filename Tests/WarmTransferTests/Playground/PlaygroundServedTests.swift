import Glibc
import Runtime
import Testing
import Transfer
import Transport
import Web

@testable import WarmTransfer

/// Simulations as the API asks for them: of the program itself, and of doubles that misbehave.
@Suite(.timeLimit(.minutes(1))) struct PlaygroundServedTests {
  private static let conf = """
    [general]
    ari_password = x
    [alice]
    type = target
    dial = PJSIP/alice
    """

  private static func asked(_ conf: String? = Self.conf, _ change: (inout SimulationAsked) -> Void = { _ in })
    -> SimulationAsked
  {
    var asked = SimulationAsked(conf: conf)
    change(&asked)
    return asked
  }

  /// The program that is tested lies beside its tests.
  private static func program() throws -> String {
    var path = [CChar](repeating: 0, count: 4_096)
    let length = readlink("/proc/self/exe", &path, path.count)
    let tests = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return String(tests[..<(try #require(tests.lastIndex(of: "/")))]) + "/warm-transfer"
  }

  private static func double(_ name: String, _ script: String) throws -> String {
    let path = "/tmp/warm-transfer-playground-\(name)-\(getpid())"
    try FileSystem.write(Array("#!/bin/sh\n\(script)\n".utf8), to: path)
    #expect(chmod(path, 0o755) == 0)
    return path
  }

  private static func answer(of playground: Playground) async -> Result<JSON, Refusal> {
    do throws(Refusal) {
      return .success(try await playground.simulate(asked()))
    } catch {
      return .failure(error)
    }
  }

  @Test func aPastedTextIsTried() async throws {
    let playground = Playground(program: try Self.program(), configuration: "/nowhere")
    let asked = Self.asked {
      ($0.answers, $0.context.summary) = ("accept", "Was charged twice. --json")
      $0.context.callerName = "--sounds=/tmp"
      $0.context.facts = [.init(name: "tier", value: "a=b")]
    }
    let report = try await playground.simulate(asked)
    #expect(report["result"]?.string == "CONNECTED")
    let words = (report["steps"]?.array ?? []).compactMap { $0["words"]?.string }
    #expect(words.contains { $0.contains("--sounds=/tmp") && $0.contains("Was charged twice. --json") })
    let wave = Secrets.bytes(base64: report["sounds"]?.array?.first?["wave"]?.string ?? "") ?? []
    #expect(wave.starts(with: Array("RIFF".utf8)) && wave.count > 16_000)
  }

  @Test func mistakesAreTold() async throws {
    let playground = Playground(program: try Self.program(), configuration: "/nowhere")
    do throws(Refusal) {
      _ = try await playground.simulate(Self.asked(Self.conf + "\ncolour = red\n#include /etc/passwd"))
      Issue.record("it was taken")
    } catch {
      guard case .invalid("conf", let why) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(why.contains("pasted.conf:6: ") && why.contains("pasted.conf:7: ") && !why.contains("root:"))
    }
    await #expect(throws: Refusal.self) { _ = try await playground.simulate(Self.asked { $0.answers = "perhaps" }) }
    await #expect(throws: Refusal.self) {
      _ = try await playground.simulate(Self.asked { $0.context.reason = "--json" })
    }
    await #expect(throws: Refusal.self) { _ = try await playground.simulate(Self.asked(nil)) }
  }

  @Test func oneAtATime() async throws {
    let slow = Playground(program: try Self.double("slow", "sleep 1; echo '{}'"), configuration: "/nowhere")
    let answers = await withTaskGroup(of: Result<JSON, Refusal>.self) { group in
      for _ in 1...3 {
        group.addTask { await Self.answer(of: slow) }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers.count { $0 == .success([:]) } == 1)
    #expect(answers.count { $0 == .failure(.notAcceptingNow("another simulation is running")) } == 2)
    #expect(try await slow.simulate(Self.asked()) == [:])
  }

  @Test(arguments: [
    "echo nonsense", "kill -11 $$", "exit 70", "yes", "exec >&-; exit 0", "echo '{}' | head -c 1",
  ])
  func whatGoesWrongIsRefused(_ script: String) async throws {
    let name = script.filter(\.isLetter)
    let playground = Playground(program: try Self.double(name, script), configuration: "/nowhere")
    await #expect(throws: Refusal.self) { _ = try await playground.simulate(Self.asked()) }
  }
}
