/// Turns the entries of sections into records and notes what is wrong with them.
struct SectionReader {
  private(set) var mistakes: [ConfMistake]

  /// Then nothing more is read.
  var isFull: Bool { mistakes.count >= ConfMistakes.most }

  init(after mistakes: [ConfMistake]) {
    self.mistakes = mistakes
  }

  mutating func complain(_ location: ConfLocation, _ message: String) {
    guard !isFull else { return }
    mistakes.append(ConfMistake(at: location, message))
  }

  /// The keys of the section that were read without a mistake.
  @discardableResult
  mutating func read<Record>(
    _ section: ConfSection,
    as keys: [SettingKey<Record>],
    into record: inout Record
  ) -> Set<String> {
    var taken: Set<String> = []
    for entry in section.entries where !isFull {
      guard let key = keys.first(where: { $0.isWritten(entry.key) }) else {
        complain(entry.location, unknown(entry.key, among: keys.map(\.name)))
        continue
      }
      do throws(ValueMistake) {
        try key.store(entry.value, as: entry.key, into: &record)
        taken.insert(key.name)
      } catch {
        complain(entry.location, "\(entry.key): \(error.message)")
      }
    }
    for key in keys where key.isRequired && section.entry(key.name) == nil {
      complain(section.location, "[\(section.name)] has no '\(key.name)', such as \(key.name) = \(key.example)")
    }
    return taken
  }

  private func unknown(_ key: String, among known: [String]) -> String {
    let near = suggestion(for: key, among: known)
    let homes = Schema.homes(of: key)
    let hint = near.isEmpty && !homes.isEmpty ? "; it belongs to \(homes.joined(separator: ", "))" : near
    return "unknown key \(quoted(key))\(hint)"
  }
}

extension Schema {
  /// The kinds of section that know this key.
  static func homes(of key: String) -> [String] {
    let kinds: [(String, [String])] = [
      ("[general]", general.map(\.name)), ("[transfer]", transfer.map(\.name)), ("a target", target.map(\.name)),
      ("a group", group.map(\.name)), ("a rule", rule.map(\.name)), ("holidays", holidays.map(\.name)),
      ("a fact", fact.map(\.name)), ("a model", model.map(\.name)), ("a language", language.map(\.name)),
      ("a voice", voice.map(\.name)), ("a pronunciation", pronunciation.map(\.name)), ("a token", token.map(\.name)),
      ("a webhook", webhook.map(\.name)), ("a trigger", trigger.map(\.name)),
    ]
    return kinds.filter { $0.1.contains(key) }.map(\.0)
  }
}
