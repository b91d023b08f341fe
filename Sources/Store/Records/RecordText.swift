import Transfer
import Transport

/// Records as text.
extension JSON {
  static func text(of value: some Encodable) throws(JournalError) -> String {
    try json(of: value).serialized()
  }

  static func json(of value: some Encodable) throws(JournalError) -> JSON {
    do throws(JSONCodingError) {
      return try JSON(encoding: value)
    } catch {
      throw JournalError(.unusable, "cannot be written: \(error)")
    }
  }

  static func value<Value: Decodable>(of text: String, as type: Value.Type = Value.self) throws(JournalError) -> Value {
    do {
      let json = try JSON(parsing: text)
      do {
        return try json.decode(type)
      } catch {
        // What an earlier version did not know yet is as if nobody had ever set it.
        return try json.renamed(by: EarlierRecords.names).completed(by: EarlierRecords.defaults).decode(type)
      }
    } catch {
      throw JournalError(.unusable, "cannot be read: \(error)")
    }
  }

  fileprivate func renamed(by names: [String: String]) -> JSON {
    switch self {
    case .null, .bool, .integer, .real, .string: self
    case .array(let elements): .array(elements.map { $0.renamed(by: names) })
    case .object(let members):
      .object(
        Dictionary(members.map { (names[$0] ?? $0, $1.renamed(by: names)) }, uniquingKeysWith: { first, _ in first })
      )
    }
  }

  /// Members that are missing are added, by the name of the object that lacks them.
  fileprivate func completed(by defaults: [String: JSON]) -> JSON {
    switch self {
    case .null, .bool, .integer, .real, .string: return self
    case .array(let elements): return .array(elements.map { $0.completed(by: defaults) })
    case .object(let members):
      var all = members.mapValues { $0.completed(by: defaults) }
      for (name, member) in all { all[name] = defaults[name].map { member.filled(from: $0) } ?? member }
      return .object(all)
    }
  }

  private func filled(from other: JSON) -> JSON {
    guard case .object(var members) = self, case .object(let others) = other else { return self }
    // Objects that have no member in common are two cases of one enum.
    guard members.keys.contains(where: { others[$0] != nil }) else { return self }
    for (name, member) in others { members[name] = members[name]?.filled(from: member) ?? member }
    return .object(members)
  }
}

/// What has been added to a record's parts since they were first written has a value that stands for "not set".
private enum EarlierRecords {
  /// There were two bridges, one to wait in and one to talk in. Names only of what cannot be read as it stands: a leg still
  /// enters the talk, a caller is there from the beginning.
  static let names = ["openHold": "openTalk", "closeHold": "closeTalk", "enteredTalk": "enteredHold"]

  static let defaults: [String: JSON] = {
    do {
      let question = DispatchQuestion(rule: "", spokenName: "", timeout: .zero, fallback: .refuse(.error))
      var defaults = [
        "context": try JSON(encoding: CallContext()), "ask": JSON.object(["_0": try JSON(encoding: question)]),
      ]
      if let policy { defaults["policy"] = try JSON(encoding: policy) }
      return defaults
    } catch {
      return [:]
    }
  }()

  private static let policy: TransferPolicy? = {
    guard let accept = DigitSequence("1"), let decline = DigitSequence("2"), let again = DigitSequence("3") else {
      return nil
    }
    return TransferPolicy(
      keys: AnswerKeys(accept: accept, decline: decline, repeat: again),
      announcement: .empty,
      briefing: .empty,
      mergePrompt: .empty
    )
  }()
}
