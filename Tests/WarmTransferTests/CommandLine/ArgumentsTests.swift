import Testing
import Transfer

@testable import WarmTransfer

@Suite struct ArgumentsTests {
  private static let conf = CommandTable.defaultConfiguration
  private static let wanted = {
    var wanted = WantedCallback("+15551234567")
    (wanted.target, wanted.name, wanted.reason) = ("billing", "Sarah", "refund")
    wanted.moment = "2026-12-24T18:00"
    return wanted
  }()

  private static func mistake(_ line: String) -> String? {
    do throws(Arguments.Mistake) {
      _ = try Arguments(parsing: line.split(separator: " ").map(String.init))
      return nil
    } catch {
      return error.message
    }
  }

  @Test(
    arguments: [
      ("serve", .serve(configuration: conf)), ("check --config a.conf", .check(configuration: "a.conf")),
      ("check --config=a.conf", .check(configuration: "a.conf")),
      ("doctor --json", .doctor(configuration: conf, asJSON: true)),
      ("doctor --call alice", .testCall(target: "alice", configuration: conf, asJSON: false)),
      ("status --json", .status(configuration: conf, asJSON: true)),
      ("cancel k3", .cancel(transfer: "k3", configuration: conf)),
      ("speak -o a.wav hello", .speak(text: "hello", output: "a.wav")),
      ("speak hello -o a.wav", .speak(text: "hello", output: "a.wav")),
      ("speak -o a.wav -- --json", .speak(text: "--json", output: "a.wav")),
      ("speak -o a.wav -5", .speak(text: "-5", output: "a.wav")),
      ("list", .list(configuration: conf, since: nil, limit: 100, asJSON: false)),
      ("list --limit 3 --json --since 2h", .list(configuration: conf, since: "2h", limit: 3, asJSON: true)),
      ("show k3", .show(transfer: "k3", configuration: conf, asJSON: false)),
      ("messages", .messages(configuration: conf, asJSON: false)),
      ("messages save k3 -o a.wav", .saveMessage("k3", output: "a.wav", configuration: conf)),
      ("messages delete k3", .deleteMessage("k3", configuration: conf)),
      ("callbacks --json", .callbacks(configuration: conf, asJSON: true)),
      (
        "callbacks add +15551234567 --target billing --name Sarah --reason refund --at 2026-12-24T18:00",
        .addCallback(wanted, configuration: conf)
      ),
      ("callbacks cancel k3cb", .cancelCallback("k3cb", configuration: conf)),
      ("agents --json", .agents(configuration: conf, asJSON: true)), ("webhooks", .webhooks(configuration: conf)),
      ("webhooks retry", .retryWebhooks(delivery: nil, configuration: conf)),
      ("webhooks retry 7", .retryWebhooks(delivery: 7, configuration: conf)),
      ("token crm --scope read,admin", .token(name: "crm", scopes: "read,admin")),
      ("print bash-completion", .printed(.completion)), ("--help", .help(command: nil)), ("help", .help(command: nil)),
      ("help list", .help(command: "list")), ("help webhooks retry", .help(command: "webhooks retry")),
      ("show --help", .help(command: "show")), ("speak -h", .help(command: "speak")), ("--version", .version),
    ] as [(String, Arguments)]
  )
  func whatIsAskedFor(_ line: String, _ arguments: Arguments) throws {
    #expect(try Arguments(parsing: line.split(separator: " ").map(String.init)) == arguments)
  }

  @Test func factsOfARouteAreTakenApart() throws {
    var question = RouteQuestion()
    question.topic = "billing"
    question.tries = 2
    question.facts = [.init(name: "tier", value: "gold"), .init(name: "a", value: "b=c")]
    let words = ["route", "--fact", "tier=gold", "--tries", "2", "--topic", "billing", "--fact=a=b=c"]
    #expect(try Arguments(parsing: words) == .route(question, configuration: Self.conf))
  }

  @Test(arguments: [
    ("", "no command"), ("lst", "unknown command 'lst'; did you mean 'list'?"), ("Zebra", "unknown command 'Zebra'"),
    ("help lst", "unknown command 'lst'; did you mean 'list'?"),
    ("list --jsno", "list has no option --jsno; did you mean --json?"),
    ("list --conf a", "list has no option --conf; did you mean --config?"),
    ("list --confg=a", "list has no option --confg; did you mean --config?"),
    ("check --json", "check has no option --json"), ("list --limit", "--limit needs a value"),
    ("list --since --json", "--since needs a value"), ("list --json=yes", "--json takes no value"),
    ("list --limit 0", "--limit: '0' is not a whole number of 1 or more"),
    ("list --limit 1 --limit 2", "--limit is given twice"), ("show", "show needs ID"), ("cancel", "cancel needs ID"),
    ("show a b", "unexpected 'b'"), ("speak hello", "speak needs -o FILE.wav"), ("speak -o a.wav", "speak needs TEXT"),
    ("webhooks rtry", "unexpected 'rtry'; did you mean 'retry'?"),
    ("webhooks retry 0", "'0' is not an ID that webhooks shows"),
    ("route --fact =a", "--fact: '=a' is not NAME=VALUE"),
    ("print warm-transfer.conf.5", "no page 'warm-transfer.conf.5'; did you mean 'warm_transfer.conf.5'?"),
    ("export --format xml", "--format: 'xml' is neither jsonl nor csv"),
    ("print x", "no page 'x'; there are warm-transfer.8, warm_transfer.conf.5, bash-completion"),
  ])
  func whatIsWrongAndWhatWasMeant(_ line: String, _ message: String) {
    #expect(Self.mistake(line) == message)
  }

  @Test func theHintLeadsToTheRightPage() {
    #expect(throws: Arguments.Mistake("show needs ID", command: "show")) { try Arguments(parsing: ["show"]) }
    #expect(Arguments.Mistake("x", command: "show").hint == "Try 'warm-transfer show --help'.")
    #expect(Arguments.Mistake("x").hint == "Try 'warm-transfer --help'.")
  }

  private func sample(of option: CommandDescription.Option) -> String {
    if option.name == "--url" { return "http://127.0.0.1:8090" }
    return option.isRepeatable ? "a=b" : "1"
  }

  /// An entry of the table that nobody carries out would be an unknown command.
  @Test(arguments: CommandTable.all.map(\.name))
  func everyCommandOfTheTableIsCarriedOut(_ name: String) throws {
    let command = try #require(CommandTable.all.first { $0.name == name })
    let operands = command.operands.map { operand in
      switch operand.value {
      case .one(let words): words[0]
      case .file, .anything: "1"
      }
    }
    // These are alternatives.
    let others: Set = ["--dry-run", "--remove"]
    let options = command.options.filter { !others.contains($0.name) }.flatMap { option in
      let value = if case .one(let words) = option.takes { words[0] } else { sample(of: option) }
      return option.value == nil ? [option.name] : [option.name, value]
    }
    #expect(throws: Never.self) { try Arguments(parsing: command.words + operands + options) }
  }
}
