/// The completion of bash, made of the table of commands: `complete -F` with the options of the command that is written,
/// files where a file is wanted, and nothing where nobody can know.
enum BashCompletion {
  static var lines: [String] {
    [
      "# bash completion for \(CommandTable.program), printed by: \(CommandTable.program) print \(PrintedPage.completion.rawValue)",
      "_\(function)() {",
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}",
      "  COMPREPLY=()",
      "  if ((COMP_CWORD == 1)); then",
      "    \(offer(first + ["help", "--help", "--version"]))",
      "    return",
      "  fi",
      "  case $before in",
    ] + valuesOfOptions + ["  esac", "  case $command in"] + CommandTable.all.filter { $0.words.count == 1 }.map(branch)
      + [
        "    help) \(offer(first)) ;;",
        "  esac", "}", "complete -F _\(function) \(CommandTable.program)",
      ]
  }

  private static let function = "warm_transfer"
  private static let first = CommandTable.all.filter { $0.words.count == 1 }.map(\.name)

  /// No option means something else to another command.
  private static var valuesOfOptions: [String] {
    let options = CommandTable.all.flatMap(\.options).filter { $0.value != nil }
    let files = Set(options.filter { $0.takes == .file }.map(\.name)).sorted()
    let others = Set(options.filter { $0.takes != .file }.map(\.name)).sorted()
    return [
      "    \(files.joined(separator: "|"))) compopt -o filenames; \(offered(by: "-f")); return ;;",
      "    \(others.joined(separator: "|"))) return ;;",
    ]
  }

  private static func branch(_ command: CommandDescription) -> String {
    let second = CommandTable.all.filter { $0.words.count > 1 && $0.words.first == command.name }.compactMap(
      \.words.last
    )
    let values = command.operands.flatMap { operand -> [String] in
      switch operand.value {
      case .one(let words): words
      case .file, .anything: []
      }
    }
    return "    \(command.name)) \(offer(second + values + command.options.map(\.name) + ["--help"])) ;;"
  }

  private static func offer(_ words: [String]) -> String { offered(by: "-W '\(words.joined(separator: " "))'") }

  private static func offered(by source: String) -> String {
    "mapfile -t COMPREPLY < <(compgen \(source) -- \"$word\")"
  }
}
