/// One key of one kind of section: all that the reader, the near-miss list and the shipped sample know of it.
struct SettingKey<Record>: Sendable {
  typealias Store = @Sendable (String, inout Record) throws(ValueMistake) -> Void
  typealias StoreMember = @Sendable (_ member: String, String, inout Record) throws(ValueMistake) -> Void

  /// What holds when the key is not written.
  enum Absence: Equatable, Sendable {
    /// As if this had been written.
    case standsFor(String)
    /// Each language says it in its words; this is what English says.
    case saidInItsLanguage(String)
    /// The documentation says what; the sample shows this.
    case explained(example: String)
    case isMistake(example: String)
  }

  /// Of a whole family of keys, `fact.NAME`: what comes before the last dot is written, what comes after it stands for
  /// any name.
  let name: String
  let documentation: String
  let absence: Absence
  private let family: String?
  private let storeMember: StoreMember

  init(_ name: String, _ documentation: String, _ absence: Absence, store: @escaping Store) {
    self.name = name
    self.documentation = documentation
    self.absence = absence
    family = nil
    storeMember = { _, text, record throws(ValueMistake) in try store(text, &record) }
  }

  /// Keys that begin with the family's name and a dot; each may be set.
  init(
    family: String,
    member: String,
    _ documentation: String,
    example: String,
    store: @escaping StoreMember
  ) {
    name = "\(family).\(member)"
    self.documentation = documentation
    absence = .explained(example: example)
    self.family = family + "."
    storeMember = store
  }

  private init(
    _ name: String,
    _ documentation: String,
    _ absence: Absence,
    family: String?,
    store: @escaping StoreMember
  ) {
    self.name = name
    self.documentation = documentation
    self.absence = absence
    self.family = family
    storeMember = store
  }

  init<Value>(
    _ name: String,
    _ documentation: String,
    _ absence: Absence,
    _ syntax: ValueSyntax<Value>,
    into path: any WritableKeyPath<Record, Value> & Sendable
  ) {
    self.init(name, documentation, absence) { text, record throws(ValueMistake) in
      record[keyPath: path] = try syntax.parse(text)
    }
  }

  /// The same key, of a record that holds this one.
  func within<Whole>(_ path: any WritableKeyPath<Whole, Record> & Sendable) -> SettingKey<Whole> {
    SettingKey<Whole>(name, documentation, .explained(example: example), family: family) {
      member,
      text,
      whole throws(ValueMistake) in
      try storeMember(member, text, &whole[keyPath: path])
    }
  }

  /// Whether a line with this key is its.
  func isWritten(_ key: String) -> Bool {
    guard let family else { return key == name }
    return key.hasPrefix(family) && key.count > family.count
  }

  func store(_ text: String, as key: String, into record: inout Record) throws(ValueMistake) {
    try storeMember(family.map { String(key.dropFirst($0.count)) } ?? key, text, &record)
  }

  var example: String {
    switch absence {
    case .standsFor(let text), .saidInItsLanguage(let text), .explained(let text), .isMistake(let text): text
    }
  }

  var isRequired: Bool {
    switch absence {
    case .isMistake: true
    case .standsFor, .saidInItsLanguage, .explained: false
    }
  }
}

extension Array {
  /// Lays every default over the record.
  func applyDefaults<Record>(to record: inout Record) throws(ValueMistake) where Element == SettingKey<Record> {
    for key in self {
      guard case .standsFor(let text) = key.absence else { continue }
      do throws(ValueMistake) {
        try key.store(text, as: key.name, into: &record)
      } catch {
        throw ValueMistake("the default of \(key.name) \(error.message)")
      }
    }
  }
}
