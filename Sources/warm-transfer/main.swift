import Glibc
import Runtime
import Settings
import WarmTransfer

/// The codes of sysexits.h, which scripts and systemd know.
enum ExitCode {
  /// Of `route`: nobody would be rung.
  static let nobody: Int32 = 1
  static let usage: Int32 = 64
  /// Another service has our application's name. Started again, this one would take it away from there.
  static let replaced: Int32 = 69
  static let failure: Int32 = 70
  static let badConfiguration: Int32 = 78
}

// Before any thread starts: one that does not block them would die of them.
Signals.block()
let words = Array(CommandLine.arguments.dropFirst())
exit(runToEnd { await run(words) })

func run(_ words: [String]) async -> Int32 {
  do {
    switch try Arguments(parsing: words) {
    case .serve(let configuration): return await serve(configuration)
    case .check(let configuration): return check(configuration)
    case .speak(let text, let output): return await speak(text, to: output)
    case .list(let configuration, let since, let limit): return list(configuration, since: since, limit: limit)
    case .show(let transfer, let configuration): return show(transfer, configuration)
    case .agents(let configuration): return await agents(configuration)
    case .route(let question, let configuration): return route(question, configuration)
    case .webhooks(let configuration): return read(configuration) { logbook in try logbook.undelivered() }
    case .retryWebhooks(let delivery, let configuration): return retry(delivery, configuration)
    case .token(let name, let scopes): return token(name, scopes)
    case .help: print(Arguments.usage, terminator: "")
    case .version: print("warm-transfer \(Version.current)")
    }
    return 0
  } catch {
    complain("\(error.message)\n\n\(Arguments.usage)")
    return ExitCode.usage
  }
}

func serve(_ configuration: String) async -> Int32 {
  do {
    let service = Service(configuration: configuration, supervisor: supervisor(), log: .standardError(minimum: .info))
    switch try await service.run() {
    case .drained: return 0
    case .replaced: return ExitCode.replaced
    }
  } catch let mistakes as ConfMistakes {
    complain(mistakes.description)
    return ExitCode.badConfiguration
  } catch {
    complain("\(error)")
    return ExitCode.failure
  }
}

func supervisor() -> Supervisor {
  Supervisor(
    socket: environment("NOTIFY_SOCKET"),
    watchdogMicroseconds: environment("WATCHDOG_USEC"),
    watchdogProcess: environment("WATCHDOG_PID")
  )
}

func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

func check(_ configuration: String) -> Int32 {
  do {
    let settings = try Settings.load(configuration, from: .onDisk)
    for remark in settings.remarks { print(remark) }
    print("\(configuration): no mistakes; \(settings.targets.count) targets, \(settings.rules.count) rules")
    return 0
  } catch {
    print(error)
    return ExitCode.badConfiguration
  }
}

func speak(_ text: String, to output: String) async -> Int32 {
  do {
    try await SpeechSample.write(text, to: output)
    return 0
  } catch {
    complain("\(error)")
    return ExitCode.failure
  }
}

func list(_ configuration: String, since: String?, limit: Int) -> Int32 {
  read(configuration) { logbook in
    let lines = try logbook.list(since: since, limit: limit)
    return lines ?? ["no transfers" + (since.map { " since \($0)" } ?? "")]
  }
}

func show(_ transfer: String, _ configuration: String) -> Int32 {
  read(configuration) { logbook in try logbook.story(of: transfer) }
}

func agents(_ configuration: String) async -> Int32 {
  do {
    for line in try await AgentList.load(configuration: configuration).lines { print(line) }
    return 0
  } catch let mistakes as ConfMistakes {
    complain(mistakes.description)
    return ExitCode.badConfiguration
  } catch {
    complain("\(error)")
    return ExitCode.failure
  }
}

func route(_ question: RouteQuestion, _ configuration: String) -> Int32 {
  do {
    let report = try RouteReport(question, try Settings.load(configuration, from: .onDisk))
    for line in report.lines { print(line) }
    return report.hasRoute ? 0 : ExitCode.nobody
  } catch let mistake as RouteQuestion.Mistake {
    complain(mistake.message)
    return ExitCode.usage
  } catch {
    complain("\(error)")
    return ExitCode.badConfiguration
  }
}

func retry(_ delivery: Int64?, _ configuration: String) -> Int32 {
  read(configuration) { logbook in [try logbook.retry(delivery)] }
}

func token(_ name: String, _ scopes: String?) -> Int32 {
  do {
    for line in try NewToken.make(name, scopes: scopes).lines { print(line) }
    return 0
  } catch let mistake as NewToken.Mistake {
    complain(mistake.message)
    return ExitCode.usage
  } catch {
    complain("\(error)")
    return ExitCode.failure
  }
}

func read(_ configuration: String, _ lines: (borrowing Logbook) throws -> [String]) -> Int32 {
  do {
    for line in try lines(try Logbook.open(configuration: configuration)) { print(line) }
    return 0
  } catch let mistakes as ConfMistakes {
    complain(mistakes.description)
    return ExitCode.badConfiguration
  } catch {
    complain("\(error)")
    return ExitCode.failure
  }
}

func complain(_ message: String) {
  StandardError.write(message.hasSuffix("\n") ? message : message + "\n")
}
