import Glibc
import Runtime
import Settings
import WarmTransfer

/// The codes of sysexits.h, which scripts and systemd know.
enum ExitCode {
  /// Of `route`: nobody would be rung; of `simulate`: nobody would be connected; of `status`: the service cannot take a
  /// transfer now; of `doctor`: something failed; of `export`: the verified file is not as it was exported.
  static let no: Int32 = 1
  static let usage: Int32 = 64
  /// Of `serve`: another service has our application's name, and started again this one would take it away from there.
  /// Of `status` and `cancel`: no service runs.
  static let unavailable: Int32 = 69
  static let failure: Int32 = 70
  static let badConfiguration: Int32 = 78
}

// Before any thread starts: one that does not block them would die of them.
Signals.block()
let words = Array(CommandLine.arguments.dropFirst())
exit(runToEnd { await run(words) })

func run(_ words: [String]) async -> Int32 {
  do {
    return try await carryOut(try Arguments(parsing: words))
  } catch let mistake as Arguments.Mistake {
    complain("\(mistake.message)\n\(mistake.hint)")
    return ExitCode.usage
  } catch let mistake as RouteQuestion.Mistake {
    complain(mistake.message)
    return ExitCode.usage
  } catch let mistake as SimulatedCall.Mistake {
    complain(mistake.message)
    return ExitCode.usage
  } catch let mistake as TestCall.Mistake {
    complain(mistake.message)
    return ExitCode.usage
  } catch let mistake as NewToken.Mistake {
    complain(mistake.message)
    return ExitCode.usage
  } catch let mistakes as ConfMistakes {
    complain(mistakes.description)
    return ExitCode.badConfiguration
  } catch let failure as RunningService.Failure {
    complain(failure.description)
    if case .notRunning = failure { return ExitCode.unavailable }
    return ExitCode.failure
  } catch {
    complain("\(error)")
    return ExitCode.failure
  }
}

func carryOut(_ arguments: Arguments) async throws -> Int32 {
  switch arguments {
  case .serve(let configuration): return try await serve(configuration)
  case .check(let configuration): return check(configuration)
  case .doctor(let configuration, let asJSON):
    let report = try await Doctor.report(configuration: configuration)
    tell(asJSON ? [report.json] : report.lines(fitting: terminalWidth()))
    return report.isHealthy ? 0 : ExitCode.no
  case .testCall(let target, let configuration, let asJSON): return try await call(target, configuration, asJSON)
  case .install(let order): tell(try order.carryOut())
  case .route(let question, let configuration): return try route(question, configuration)
  case .simulate(let order):
    let report = try await order.carryOut()
    tell(order.asJSON ? [report.json(withSounds: order.sounds == "-")] : report.lines(fitting: terminalWidth()))
    return report.isConnected ? 0 : ExitCode.no
  case .status(let configuration, let asJSON): return try await status(configuration, asJSON)
  case .cancel(let transfer, let configuration):
    tell([try await RunningService.with(configuration: configuration) { try await $0.cancel(transfer) }])
  case .speak(let text, let output): try await SpeechSample.write(text, to: output)
  case .pronounce(let words): tell(try await words.lines())
  case .list(let configuration, let since, let limit, let asJSON):
    let report = try JournalReport.open(configuration: configuration)
    if asJSON { tell([try report.listJSON(since: since, limit: limit)]) } else { try list(report, since, limit) }
  case .show(let transfer, let configuration, let asJSON):
    let report = try JournalReport.open(configuration: configuration)
    tell(asJSON ? [try report.storyJSON(of: transfer)] : try report.story(of: transfer))
  case .messages(let configuration, let asJSON):
    let messages = try await RunningService.with(configuration: configuration) { try await $0.messages() }
    if asJSON { tell([messages.json]) } else { tell(messages.table, orElse: "no messages") }
  case .saveMessage(let id, let output, let configuration):
    tell([try await RunningService.with(configuration: configuration) { try await $0.saveMessage(id, to: output) }])
  case .deleteMessage(let id, let configuration):
    tell([try await RunningService.with(configuration: configuration) { try await $0.deleteMessage(id) }])
  case .callbacks(let configuration, let asJSON):
    let callbacks = try await RunningService.with(configuration: configuration) { try await $0.callbacks() }
    if asJSON { tell([callbacks.json]) } else { tell(callbacks.table, orElse: "no open callbacks") }
  case .addCallback(let wanted, let configuration):
    tell([try await RunningService.with(configuration: configuration) { try await $0.add(wanted) }])
  case .cancelCallback(let id, let configuration):
    tell([try await RunningService.with(configuration: configuration) { try await $0.cancelCallback(id) }])
  case .export(let order): return try export(order)
  case .agents(let configuration, let asJSON):
    let agents = try await AgentList.load(configuration: configuration)
    if asJSON { tell([agents.json]) } else { tell(agents.table, orElse: "no targets in the conf file") }
  case .linkAgent(let name, let configuration):
    tell([try await RunningService.with(configuration: configuration) { try await $0.link(for: name) }])
  case .signOutAgent(let name, let configuration):
    tell([try await RunningService.with(configuration: configuration) { try await $0.signOut(name) }])
  case .webhooks(let configuration):
    tell(try JournalReport.open(configuration: configuration).undelivered(), orElse: "no events are waiting")
  case .retryWebhooks(let delivery, let configuration):
    tell([try JournalReport.open(configuration: configuration).retry(delivery)])
  case .token(let name, let scopes): tell(try NewToken.make(name, scopes: scopes).lines)
  case .mcp(let place):
    try await MCPBridge.run(place) { line in
      print(line)
      fflush(nil)
    }
  case .printed(let page): tell(page.lines)
  case .help(let command): tell(CommandHelp.lines(for: command, width: terminalWidth() ?? CommandHelp.usualWidth))
  case .version: print("warm-transfer \(Version.current)")
  }
  return 0
}

func serve(_ configuration: String) async throws -> Int32 {
  let service = Service(configuration: configuration, supervisor: supervisor(), log: .standardError(minimum: .info))
  return switch try await service.run() {
  case .drained: 0
  case .replaced: ExitCode.unavailable
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

/// Its mistakes are what it was asked for.
func check(_ configuration: String) -> Int32 {
  do {
    let settings = try Settings.load(configuration, from: .onDisk)
    for warning in settings.warnings { print("\(warning.location): warning: \(warning.message)") }
    let warnings = settings.warnings.isEmpty ? "" : ", \(settings.warnings.count.of("warning"))"
    let (targets, rules) = (settings.targets.count.of("target"), settings.rules.count.of("rule"))
    print("\(configuration): no mistakes\(warnings); \(targets), \(rules)")
    return 0
  } catch {
    print(error)
    return ExitCode.badConfiguration
  }
}

func call(_ target: String, _ configuration: String, _ asJSON: Bool) async throws -> Int32 {
  let width = terminalWidth()
  let report = try await TestCall.report(on: target, configuration: configuration) { line in
    guard !asJSON else { return }
    tell([line])
    fflush(nil)
  }
  tell(asJSON ? [report.json] : report.lines(fitting: width))
  return report.isGood ? 0 : ExitCode.no
}

func route(_ question: RouteQuestion, _ configuration: String) throws -> Int32 {
  let report = try RouteReport(question, try Settings.load(configuration, from: .onDisk))
  tell(report.lines)
  return report.hasRoute ? 0 : ExitCode.no
}

func status(_ configuration: String, _ asJSON: Bool) async throws -> Int32 {
  let status = try await RunningService.with(configuration: configuration) { try await $0.status() }
  tell(asJSON ? [status.json] : status.table.lines(fitting: terminalWidth()))
  return status.isReady ? 0 : ExitCode.no
}

func list(_ report: JournalReport, _ since: String?, _ limit: Int) throws {
  tell(try report.list(since: since, limit: limit), orElse: "no transfers" + (since.map { " since \($0)" } ?? ""))
}

func export(_ order: AuditExport.Order) throws -> Int32 {
  guard let file = order.verified else {
    try AuditExport.open(order).write { print($0) }
    return 0
  }
  let verdict = try AuditExport.verify(file, order)
  tell(verdict.lines)
  return verdict.isIntact ? 0 : ExitCode.no
}

func tell(_ table: Table?, orElse nothing: String) {
  tell(table?.lines(fitting: terminalWidth()) ?? [nothing])
}

/// Nil where the reader is no terminal: whoever cuts lines out of a file wants them whole.
func terminalWidth() -> Int? {
  var size = winsize()
  guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
  return Int(size.ws_col)
}

func tell(_ lines: [String]) {
  for line in lines { print(line) }
}

func complain(_ message: String) {
  StandardError.write(message.hasSuffix("\n") ? message : message + "\n")
}
