/// What the command line asks for.
enum Arguments: Equatable {
  case serve(configuration: String)
  case check(configuration: String)
  case speak(text: String, output: String)
  case help
  case version

  struct Mistake: Error, Equatable {
    let message: String
  }

  static let usage = """
    usage: warm-transfer COMMAND

      serve [--config FILE]     run the service
      check [--config FILE]     name every mistake in the conf file; exit code 78 if there is one
      speak TEXT -o FILE.wav    say TEXT as callers and agents would hear it
      --help, --version

    The conf file is \(defaultConfiguration) unless --config names another.

    """
  static let defaultConfiguration = "/etc/asterisk/warm_transfer.conf"

  init(parsing words: [String]) throws(Mistake) {
    guard let command = words.first else { throw Mistake(message: "no command") }
    var options = Options(words.dropFirst())
    switch command {
    case "serve": self = .serve(configuration: try options.value(of: "--config") ?? Self.defaultConfiguration)
    case "check": self = .check(configuration: try options.value(of: "--config") ?? Self.defaultConfiguration)
    case "speak":
      guard let output = try options.value(of: "-o") else { throw Mistake(message: "speak needs -o FILE.wav") }
      guard let text = options.next() else { throw Mistake(message: "speak needs a TEXT") }
      self = .speak(text: text, output: output)
    case "--help", "-h", "help": self = .help
    case "--version": self = .version
    default: throw Mistake(message: "unknown command '\(command)'")
    }
    if let surplus = options.next() { throw Mistake(message: "unexpected '\(surplus)'") }
  }

  private struct Options {
    private var words: [String]

    init(_ words: some Sequence<String>) { self.words = Array(words) }

    mutating func value(of name: String) throws(Mistake) -> String? {
      guard let index = words.firstIndex(of: name) else { return nil }
      guard index + 1 < words.count else { throw Mistake(message: "\(name) needs a value") }
      let value = words[index + 1]
      words.removeSubrange(index...index + 1)
      return value
    }

    mutating func next() -> String? { words.isEmpty ? nil : words.removeFirst() }
  }
}
