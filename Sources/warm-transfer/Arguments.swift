import Transfer
import WarmTransfer

/// What the command line asks for.
enum Arguments: Equatable {
  case serve(configuration: String)
  case check(configuration: String)
  case status(configuration: String)
  case cancel(transfer: String, configuration: String)
  case speak(text: String, output: String)
  case list(configuration: String, since: String?, limit: Int)
  case show(transfer: String, configuration: String)
  case agents(configuration: String)
  case route(RouteQuestion, configuration: String)
  case webhooks(configuration: String)
  /// One, or all.
  case retryWebhooks(delivery: Int64?, configuration: String)
  case token(name: String, scopes: String?)
  case help
  case version

  struct Mistake: Error, Equatable {
    let message: String
  }

  static let usage = """
    usage: warm-transfer COMMAND

      serve [--config FILE]     run the service
      check [--config FILE]     name every mistake in the conf file; exit code 78 if there is one
      status [--config FILE]    whether the service runs and is ready, and how many transfers are under way;
                                exit code 1 if it is not ready, 69 if it does not run
      cancel ID [--config FILE] call a transfer off: the caller goes back
      speak TEXT -o FILE.wav    say TEXT as callers and agents would hear it
      list [--since TIME] [--limit N] [--config FILE]
                                the transfers since TIME (30m, 12h, 7d ago; 2026-11-21T09:30 in UTC), newest first
      show ID [--config FILE]   one transfer step by step
      agents [--config FILE]    who can be rung, whether they have signed off, and what they are doing now
      route [--topic T] [--target T] [--caller NUMBER] [--language L] [--tries N] [--fact NAME=VALUE]...
            [--at 'YYYY-MM-DD HH:MM'] [--config FILE]
                                who would be rung for such a call, and why; exit code 1 if nobody
      webhooks [--config FILE]  what webhooks have not been told yet, and what was given up
      webhooks retry [ID] [--config FILE]
                                try it again at once, all of it or that one
      token NAME [--scope transfer,read,admin]
                                make a token for the API, and the section that admits it; scope read unless said
      --help, --version

    The conf file is \(defaultConfiguration) unless --config names another.
    status and cancel need no token: they find the running service by the file 'control' in its data_dir, which only the
    service's own user and root can read.

    """
  static let defaultConfiguration = "/etc/asterisk/warm_transfer.conf"
  /// What `list` shows unless it is asked for more.
  static let defaultLimit = 100

  init(parsing words: [String]) throws(Mistake) {
    guard let command = words.first else { throw Mistake(message: "no command") }
    var options = Options(words.dropFirst())
    switch command {
    case "serve": self = .serve(configuration: try options.configuration())
    case "check": self = .check(configuration: try options.configuration())
    case "status": self = .status(configuration: try options.configuration())
    case "cancel":
      let configuration = try options.configuration()
      guard let transfer = options.next() else { throw Mistake(message: "cancel needs the ID of a transfer") }
      self = .cancel(transfer: transfer, configuration: configuration)
    case "speak":
      guard let output = try options.value(of: "-o") else { throw Mistake(message: "speak needs -o FILE.wav") }
      guard let text = options.next() else { throw Mistake(message: "speak needs a TEXT") }
      self = .speak(text: text, output: output)
    case "list":
      let limit = try options.value(of: "--limit") ?? "\(Self.defaultLimit)"
      guard let limit = Int(limit), limit > 0 else { throw Mistake(message: "--limit needs a number above 0") }
      let since = try options.value(of: "--since")
      self = .list(configuration: try options.configuration(), since: since, limit: limit)
    case "show":
      let configuration = try options.configuration()
      guard let transfer = options.next() else { throw Mistake(message: "show needs the ID of a transfer") }
      self = .show(transfer: transfer, configuration: configuration)
    case "agents": self = .agents(configuration: try options.configuration())
    case "route": self = .route(try options.question(), configuration: try options.configuration())
    case "webhooks":
      let configuration = try options.configuration()
      self =
        try options.next().map { word throws(Mistake) in
          guard word == "retry" else { throw Mistake(message: "unknown command 'webhooks \(word)'") }
          return .retryWebhooks(delivery: try options.next().map(Self.delivery), configuration: configuration)
        } ?? .webhooks(configuration: configuration)
    case "token":
      let scopes = try options.value(of: "--scope")
      guard let name = options.next() else { throw Mistake(message: "token needs the NAME of its section") }
      self = .token(name: name, scopes: scopes)
    case "--help", "-h", "help": self = .help
    case "--version": self = .version
    default: throw Mistake(message: "unknown command '\(command)'")
    }
    if let surplus = options.next() { throw Mistake(message: "unexpected '\(surplus)'") }
  }

  private static func delivery(_ word: String) throws(Mistake) -> Int64 {
    guard let delivery = Int64(word), delivery > 0 else { throw Mistake(message: "'\(word)' is no ID of the list") }
    return delivery
  }

  private struct Options {
    private var words: [String]

    init(_ words: some Sequence<String>) { self.words = Array(words) }

    mutating func configuration() throws(Mistake) -> String {
      try value(of: "--config") ?? Arguments.defaultConfiguration
    }

    mutating func value(of name: String) throws(Mistake) -> String? {
      guard let index = words.firstIndex(of: name) else { return nil }
      guard index + 1 < words.count else { throw Mistake(message: "\(name) needs a value") }
      let value = words[index + 1]
      words.removeSubrange(index...index + 1)
      return value
    }

    mutating func question() throws(Mistake) -> RouteQuestion {
      var question = RouteQuestion()
      question.topic = try value(of: "--topic")
      question.target = try value(of: "--target")
      question.caller = try value(of: "--caller") ?? ""
      question.language = try value(of: "--language")
      question.moment = try value(of: "--at")
      if let tries = try value(of: "--tries") {
        guard let number = Int(tries), number >= 0 else { throw Mistake(message: "--tries needs a number") }
        question.tries = number
      }
      while let fact = try value(of: "--fact") {
        guard let equals = fact.firstIndex(of: "="), equals != fact.startIndex else {
          throw Mistake(message: "--fact needs NAME=VALUE")
        }
        question.facts.append(.init(name: String(fact[..<equals]), value: String(fact[fact.index(after: equals)...])))
      }
      return question
    }

    mutating func next() -> String? { words.isEmpty ? nil : words.removeFirst() }
  }
}
