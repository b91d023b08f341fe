internal import Runtime
package import Transfer
package import Transport

/// What the audit trail is told of something that is over: the rest of the record is made when it joins the chain.
package struct AuditDraft: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case transfer
    case wrapUp = "wrap_up"
  }

  package let kind: Kind
  package let transfer: String
  package let at: WallTime
  /// What stays as long as the record does: no number that is not whole, so that it is always written the same.
  package let content: [String: JSON]
  /// Who called. It goes when the transfer goes.
  package let caller: [String: JSON]
  /// What it was about. It goes when the words of the transfer go.
  package let words: [String: JSON]

  package init(
    _ kind: Kind,
    of transfer: String,
    at time: WallTime,
    content: [String: JSON],
    caller: [String: JSON] = [:],
    words: [String: JSON] = [:]
  ) {
    self.kind = kind
    self.transfer = transfer
    self.at = time
    self.content = content
    self.caller = caller
    self.words = words
  }
}

/// One record of the audit trail. Each has the hash of the one before, so that none can be changed, moved or left out
/// without its showing.
///
/// What is private is not hashed itself: a digest of it is, made with a salt that goes with it. When it has been
/// blanked the chain still holds, and nobody can find out by trying what the digest was made of.
package struct AuditRecord: Equatable, Sendable {
  /// What stands for the hash before the first.
  package static let beginning = String(repeating: "0", count: 2 * Secrets.digestLength)

  /// What is hashed: all but the private parts and the hash.
  package let members: [String: JSON]
  /// With its salt; nil when it has been blanked.
  package var caller: JSON?
  package var words: JSON?
  package let hash: String

  init(members: [String: JSON], caller: JSON?, words: JSON?, hash: String) {
    self.members = members
    self.caller = caller
    self.words = words
    self.hash = hash
  }

  /// The next of the chain.
  package init(_ draft: AuditDraft, number: Int64, after previous: String) throws(JournalError) {
    let (caller, words) = (try Self.salted(draft.caller), try Self.salted(draft.words))
    let fixed: [String: JSON] = [
      "n": .integer(number), "record": .string(draft.kind.rawValue), "transfer": .string(draft.transfer),
      "at": .string(Timestamp(milliseconds: draft.at.milliseconds).description), "previous": .string(previous),
      "caller_digest": .string(Self.digest(of: caller)), "words_digest": .string(Self.digest(of: words)),
    ]
    members = draft.content.merging(fixed) { _, fixed in fixed }
    self.caller = caller
    self.words = words
    hash = Self.digest(of: .object(members))
  }

  /// Nil for what is no record.
  package init?(_ json: JSON) {
    guard var members = json.object, let hash = members.removeValue(forKey: "hash")?.string,
      members["n"]?.integer != nil, members["previous"]?.string != nil
    else { return nil }
    caller = Self.unlessBlanked(members.removeValue(forKey: "caller"))
    words = Self.unlessBlanked(members.removeValue(forKey: "words"))
    self.members = members
    self.hash = hash
  }

  /// As it is exported.
  package var json: JSON {
    .object(
      members.merging(["caller": caller ?? .null, "words": words ?? .null, "hash": .string(hash)]) { _, last in last }
    )
  }

  package var number: Int64 { members["n"]?.integer ?? 0 }
  package var previous: String { members["previous"]?.string ?? "" }
  package var at: String { members["at"]?.string ?? "" }

  /// The parts of it that are not as they were when it was made.
  package var alteredParts: [String] {
    let parts = [("caller", caller), ("words", words)].filter { name, part in
      part.map { .string(Self.digest(of: $0)) != members[name + "_digest"] } ?? false
    }
    return (Self.digest(of: .object(members)) == hash ? [] : ["content"]) + parts.map(\.0)
  }

  private static func unlessBlanked(_ part: JSON?) -> JSON? {
    if let part, !part.isNull { part } else { .none }
  }

  private static func salted(_ members: [String: JSON]) throws(JournalError) -> JSON {
    do throws(Secrets.NoRandomness) {
      let salt = Secrets.hexadecimal(try Secrets.random(16))
      return .object(members.merging(["salt": .string(salt)]) { _, salt in salt })
    } catch {
      throw JournalError(.other, "\(error)")
    }
  }

  private static func digest(of json: JSON) -> String {
    Secrets.hexadecimal(Secrets.sha256(Array(json.serialized().utf8)))
  }
}

/// Where the chain stands.
package struct AuditHead: Equatable, Sendable {
  package let number: Int64
  package let hash: String

  package init(number: Int64, hash: String) {
    self.number = number
    self.hash = hash
  }
}

package protocol AuditQueries {
  /// In order, those after that one.
  func auditRecords(after number: Int64, limit: Int) throws(JournalError) -> [AuditRecord]

  /// The records of a time, from the first that is not before `from` to the last that is before `to`. Nil for none.
  func auditNumbers(from: WallTime?, to: WallTime?) throws(JournalError) -> ClosedRange<Int64>?

  /// The last record. Nil before the first.
  func auditHead() throws(JournalError) -> AuditHead?
}

package protocol AuditChanges {
  /// How many of the oldest records were taken away, at most `limit`. The last one of all stays: the next is chained to
  /// it.
  func purgeAudit(before time: WallTime, limit: Int) throws(JournalError) -> Int
}
