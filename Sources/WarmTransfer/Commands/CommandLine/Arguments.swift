import Settings
import Transfer

/// What the command line asks for.
package enum Arguments: Equatable, Sendable {
  case serve(configuration: String)
  case check(configuration: String)
  case doctor(configuration: String, asJSON: Bool)
  case testCall(target: String, configuration: String, asJSON: Bool)
  case install(InstallOrder)
  case status(configuration: String, asJSON: Bool)
  case cancel(transfer: String, configuration: String)
  case speak(text: String, output: String)
  case list(configuration: String, since: String?, limit: Int, asJSON: Bool)
  case show(transfer: String, configuration: String, asJSON: Bool)
  case messages(configuration: String, asJSON: Bool)
  case saveMessage(String, output: String, configuration: String)
  case deleteMessage(String, configuration: String)
  case callbacks(configuration: String, asJSON: Bool)
  case addCallback(WantedCallback, configuration: String)
  case cancelCallback(String, configuration: String)
  case export(AuditExport.Order)
  case agents(configuration: String, asJSON: Bool)
  case linkAgent(String, configuration: String)
  case signOutAgent(String, configuration: String)
  case route(RouteQuestion, configuration: String)
  case simulate(SimulationOrder)
  case pronounce(Pronouncing)
  case webhooks(configuration: String)
  /// One, or all.
  case retryWebhooks(delivery: Int64?, configuration: String)
  case token(name: String, scopes: String?)
  case mcp(MCPBridge.Place)
  case printed(PrintedPage)
  /// Of one command, or of all.
  case help(command: String?)
  case version

  package struct Mistake: Error, Equatable {
    package let message: String
    /// Where to read on.
    package let hint: String

    init(_ message: String, command: String? = nil) {
      self.message = message
      hint = "Try '\(CommandTable.program) \(command.map { "\($0) " } ?? "")--help'."
    }
  }

  package init(parsing words: [String]) throws(Mistake) {
    switch words.first {
    case "--help", "-h": self = .help(command: nil)
    case "help": self = try Self.help(words.dropFirst())
    case "--version": self = .version
    default:
      let given = try GivenWords(words)
      self = given.asksForHelp ? .help(command: given.command.name) : try Self.made(of: given)
    }
  }

  private static func help(_ words: ArraySlice<String>) throws(Mistake) -> Arguments {
    if words.isEmpty { return .help(command: nil) }
    return .help(command: try GivenWords(words + ["--help"]).command.name)
  }

  private static func made(of given: GivenWords) throws(Mistake) -> Arguments {
    let configuration = given.value(of: "--config") ?? CommandTable.defaultConfiguration
    let asJSON = given.isGiven("--json")
    let operand = given.operands.first ?? ""
    switch given.command.name {
    case "serve": return .serve(configuration: configuration)
    case "check": return .check(configuration: configuration)
    case "doctor":
      guard let target = given.value(of: "--call") else { return .doctor(configuration: configuration, asJSON: asJSON) }
      return .testCall(target: target, configuration: configuration, asJSON: asJSON)
    case "install": return .install(try given.order(configuration))
    case "status": return .status(configuration: configuration, asJSON: asJSON)
    case "cancel": return .cancel(transfer: operand, configuration: configuration)
    case "speak": return .speak(text: operand, output: given.value(of: "-o") ?? "")
    case "list":
      let limit = try given.number(of: "--limit", from: 1) ?? CommandTable.defaultLimit
      return .list(configuration: configuration, since: given.value(of: "--since"), limit: limit, asJSON: asJSON)
    case "show": return .show(transfer: operand, configuration: configuration, asJSON: asJSON)
    case "messages": return .messages(configuration: configuration, asJSON: asJSON)
    case "messages save":
      return .saveMessage(operand, output: given.value(of: "-o") ?? "", configuration: configuration)
    case "messages delete": return .deleteMessage(operand, configuration: configuration)
    case "callbacks": return .callbacks(configuration: configuration, asJSON: asJSON)
    case "callbacks add": return .addCallback(given.callback, configuration: configuration)
    case "callbacks cancel": return .cancelCallback(operand, configuration: configuration)
    case "export": return .export(try given.exportOrder(configuration))
    case "agents": return .agents(configuration: configuration, asJSON: asJSON)
    case "agents link": return .linkAgent(operand, configuration: configuration)
    case "agents sign-out": return .signOutAgent(operand, configuration: configuration)
    case "route": return .route(try given.question(), configuration: configuration)
    case "simulate": return .simulate(try given.simulation(configuration))
    case "pronounce": return .pronounce(given.pronouncing)
    case "webhooks": return .webhooks(configuration: configuration)
    case "webhooks retry": return .retryWebhooks(delivery: try given.delivery(), configuration: configuration)
    case "token": return .token(name: operand, scopes: given.value(of: "--scope"))
    case "mcp": return .mcp(try given.place(configuration))
    case "print": return .printed(try given.page())
    default: throw Mistake("unknown command '\(given.command.name)'")
    }
  }
}

extension GivenWords {
  func number(of option: String, from least: Int) throws(Arguments.Mistake) -> Int? {
    guard let text = value(of: option) else { return nil }
    guard let number = Int(text), number >= least else {
      throw mistake("\(option): '\(text)' is not a whole number of \(least) or more")
    }
    return number
  }

  fileprivate func order(_ configuration: String) throws(Arguments.Mistake) -> InstallOrder {
    let given = ["--dry-run", "--apply", "--remove"].filter(isGiven)
    guard !given.contains("--apply") || given.count == 1 else {
      throw mistake("\(given.joined(separator: " and ")) contradict each other")
    }
    return InstallOrder(
      isRemoval: given.contains("--remove"),
      isCarriedOut: given == ["--apply"] || given == ["--remove"],
      folder: value(of: "--folder") ?? Installation.usualFolder,
      configuration: configuration
    )
  }

  fileprivate func delivery() throws(Arguments.Mistake) -> Int64? {
    guard let text = operands.first else { return nil }
    guard let delivery = Int64(text), delivery > 0 else {
      throw mistake("'\(text)' is not an ID that webhooks shows")
    }
    return delivery
  }

  fileprivate func page() throws(Arguments.Mistake) -> PrintedPage {
    let text = operands.first ?? ""
    let pages = PrintedPage.allCases.map(\.rawValue)
    guard let page = PrintedPage(rawValue: text) else {
      let near = suggestion(for: text, among: pages)
      throw mistake("no page '\(text)'\(near.isEmpty ? "; there are \(pages.joined(separator: ", "))" : near)")
    }
    return page
  }

  func question() throws(Arguments.Mistake) -> RouteQuestion {
    var question = RouteQuestion()
    question.topic = value(of: "--topic")
    question.target = value(of: "--target")
    question.caller = value(of: "--caller") ?? ""
    question.language = value(of: "--language")
    question.moment = value(of: "--at")
    question.tries = try number(of: "--tries", from: 0) ?? 0
    for fact in values(of: "--fact") {
      guard let equals = fact.firstIndex(of: "="), equals != fact.startIndex else {
        throw mistake("--fact: '\(fact)' is not NAME=VALUE")
      }
      question.facts.append(.init(name: String(fact[..<equals]), value: String(fact[fact.index(after: equals)...])))
    }
    return question
  }
}
