import Settings

/// What stands on the command line, taken apart by the table.
struct GivenWords {
  let command: CommandDescription
  private(set) var operands: [String] = []
  private var values: [String: [String]] = [:]
  private(set) var asksForHelp = false

  init(_ words: [String]) throws(Arguments.Mistake) {
    command = try Self.command(of: words)
    var rest = words.dropFirst(command.words.count)
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        break
      }
      if word == "--help" || word == "-h" {
        asksForHelp = true
      } else if Self.looksLikeOption(word) {
        try take(word, &rest)
      } else {
        operands.append(word)
      }
    }
    // Help is for those who do not know yet what else is needed.
    if !asksForHelp { try judge() }
  }

  func value(of option: String) -> String? { values[option]?.first }
  func values(of option: String) -> [String] { values[option] ?? [] }
  func isGiven(_ option: String) -> Bool { values[option] != nil }

  /// The longest name that is written there.
  private static func command(of words: [String]) throws(Arguments.Mistake) -> CommandDescription {
    let written = CommandTable.all.filter { words.starts(with: $0.words) }
    if let command = written.max(by: { $0.words.count < $1.words.count }) { return command }
    guard let word = words.first else { throw Arguments.Mistake("no command") }
    let near = suggestion(for: word, among: CommandTable.all.map(\.name) + ["help"])
    throw Arguments.Mistake("unknown command '\(word)'\(near)")
  }

  /// A sentence that begins with a dash is none.
  private static func looksLikeOption(_ word: String) -> Bool {
    guard !word.contains(" ") else { return false }
    let name = word.drop { $0 == "-" }
    return name.count < word.count && name.first?.isLetter == true
  }

  private mutating func take(_ word: String, _ rest: inout ArraySlice<String>) throws(Arguments.Mistake) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let option = command.option(parts[0]) else { throw unknown(parts[0]) }
    guard option.isRepeatable || values[option.name] == nil else { throw mistake("\(option.name) is given twice") }
    guard option.value != nil else {
      guard parts.count == 1 else { throw mistake("\(option.name) takes no value") }
      return values[option.name] = []
    }
    if parts.count == 1, let next = rest.first, command.option(next) == nil {
      values[option.name, default: []].append(next)
      rest.removeFirst()
    } else if parts.count == 2 {
      values[option.name, default: []].append(parts[1])
    } else {
      throw mistake("\(option.name) needs a value")
    }
  }

  private func judge() throws(Arguments.Mistake) {
    for option in command.options where option.isNeeded && values[option.name] == nil {
      throw mistake("\(command.name) needs \(option.name) \(option.value ?? "")")
    }
    if let missing = command.operands.dropFirst(operands.count).first(where: { !$0.isOptional }) {
      throw mistake("\(command.name) needs \(missing.name)")
    }
    guard operands.count > command.operands.count else { return }
    let surplus = operands[command.operands.count]
    let longer = CommandTable.all.filter { $0.words.count > 1 && $0.words.first == command.name }.compactMap(
      \.words.last
    )
    throw mistake("unexpected '\(surplus)'\(suggestion(for: surplus, among: longer))")
  }

  private func unknown(_ name: String) -> Arguments.Mistake {
    let known = command.options.map(\.name) + ["--help"]
    return mistake("\(command.name) has no option \(name)\(suggestion(for: name, among: known) { $0 })")
  }

  func mistake(_ message: String) -> Arguments.Mistake { .init(message, command: command.name) }
}
