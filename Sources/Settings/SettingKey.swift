/// One key of one kind of section: all that the reader, the near-miss list and the shipped sample know of it.
struct SettingKey<Record>: Sendable {
  typealias Store = @Sendable (String, inout Record) throws(ValueMistake) -> Void

  /// What holds when the key is not written.
  enum Absence: Equatable, Sendable {
    /// As if this had been written.
    case standsFor(String)
    /// The documentation says what; the sample shows this.
    case explained(example: String)
    case isMistake(example: String)
  }

  let name: String
  let documentation: String
  let absence: Absence
  let store: Store

  init(_ name: String, _ documentation: String, _ absence: Absence, store: @escaping Store) {
    self.name = name
    self.documentation = documentation
    self.absence = absence
    self.store = store
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
    SettingKey<Whole>(name, documentation, .explained(example: example)) { text, whole throws(ValueMistake) in
      try store(text, &whole[keyPath: path])
    }
  }

  var example: String {
    switch absence {
    case .standsFor(let text), .explained(let text), .isMistake(let text): text
    }
  }

  var isRequired: Bool {
    switch absence {
    case .isMistake: true
    case .standsFor, .explained: false
    }
  }
}

extension Array {
  /// Lays every default over the record.
  func applyDefaults<Record>(to record: inout Record) throws(ValueMistake) where Element == SettingKey<Record> {
    for key in self {
      guard case .standsFor(let text) = key.absence else { continue }
      do throws(ValueMistake) {
        try key.store(text, &record)
      } catch {
        throw ValueMistake("the default of \(key.name) \(error.message)")
      }
    }
  }
}
