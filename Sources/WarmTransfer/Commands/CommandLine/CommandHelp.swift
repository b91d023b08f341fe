/// What `--help` prints.
package enum CommandHelp {
  /// Where nothing says how wide the reader's page is.
  package static let usualWidth = 80
  private static let widest = 100

  /// Of all commands, or of one.
  package static func lines(for command: String?, width: Int = usualWidth) -> [String] {
    let width = min(width, widest)
    return CommandTable.all.first { $0.name == command }.map { page(of: $0, width) } ?? overview(width)
  }

  private static func overview(_ width: Int) -> [String] {
    let commands = CommandTable.all.map { (([$0.name] + $0.operands.map(\.usage)).joined(separator: " "), $0.summary) }
    let others = [
      ("help [COMMAND]", "all commands, or one with its options"), ("--version", "print the version"),
    ]
    return ["usage: \(CommandTable.program) COMMAND", ""] + definitions(commands + others, width: width) + [""]
      + "The conf file is \(CommandTable.defaultConfiguration) unless --config names another.".wrapped(to: width)
  }

  private static func page(of command: CommandDescription, _ width: Int) -> [String] {
    let start = "usage: \(CommandTable.program) \(command.name) "
    let usage = String.lines(command.usage, max(20, width - start.count))
    let indent = String(repeating: " ", count: start.count)
    var lines = [start + (usage.first ?? "")] + usage.dropFirst().map { indent + $0 }
    lines += [""] + (command.summary.capitalizedFirst + ".").wrapped(to: width)
    for paragraph in command.details { lines += [""] + paragraph.wrapped(to: width) }
    if !command.options.isEmpty {
      lines += [""] + definitions(command.options.map { ($0.usage, $0.summary) }, width: width)
    }
    let codes = (command.exitCodes + CommandTable.exitCodes).sorted { $0.code < $1.code }
    return lines + ["", "Exit codes:"] + definitions(codes.map { ("\($0.code)", $0.meaning) }, width: width)
  }
}

extension CommandDescription.Operand {
  var usage: String { isOptional ? "[\(name)]" : name }
}

extension CommandDescription.Option {
  var usage: String { name + (value.map { " \($0)" } ?? "") }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
