/// One command: all that parsing, help, the manual and completion know of it.
struct CommandDescription: Sendable {
  /// What may stand where the command line wants a value.
  enum Value: Equatable, Sendable {
    case file
    case one(of: [String])
    case anything
  }

  struct Operand: Sendable {
    let name: String
    var isOptional = false
    var value = Value.anything
  }

  struct Option: Sendable {
    /// `--limit`, or `-o`.
    let name: String
    /// What stands for its value in the help; nil for a switch.
    var value: String?
    let summary: String
    var takes = Value.anything
    var isNeeded = false
    var isRepeatable = false
  }

  struct ExitCode: Sendable {
    let code: Int
    let meaning: String
  }

  /// One word, or two: `webhooks retry`.
  let name: String
  var operands: [Operand] = []
  var options: [Option] = []
  /// A line of the list of commands.
  let summary: String
  /// Paragraphs of its own page.
  var details: [String] = []
  /// But for 0 and those that every command has.
  var exitCodes: [ExitCode] = []

  var words: [String] { name.split(separator: " ").map(String.init) }

  func option(_ name: String) -> Option? { options.first { $0.name == name } }

  /// `[--limit N]`, `ID`: each may stand on a line of its own.
  var usage: [String] {
    operands.map { $0.isOptional ? "[\($0.name)]" : $0.name }
      + options.map { option in
        let written = option.name + (option.value.map { " \($0)" } ?? "")
        return (option.isNeeded ? written : "[\(written)]") + (option.isRepeatable ? "..." : "")
      }
  }
}
