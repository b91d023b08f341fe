/// Every phone that was rung for one caller: whose it is, and which channel stands for it.
struct Phones: Equatable, Sendable, Codable {
  private struct Phone: Equatable, Sendable, Codable {
    /// The name of the target; nil where Asterisk has the phone and the record has not.
    var target: String?
    /// The channel that has taken the place of the one that was made for it.
    var channel: String?
  }

  private var phones: [LegID: Phone] = [:]

  /// Numbers are never used twice, also not those of phones that only Asterisk knows.
  mutating func add(_ target: String) -> LegID {
    let next = next
    phones[next] = Phone(target: target)
    return next
  }

  private var next: LegID { LegID((phones.keys.map(\.number).max() ?? 0) + 1) }

  /// Nobody's who could be wished for.
  mutating func addCallee() -> LegID {
    let next = next
    noteCallee(next)
    return next
  }

  mutating func noteCallee(_ leg: LegID) { phones[leg] = phones[leg] ?? Phone() }

  /// It was seen in Asterisk.
  mutating func note(_ leg: LegID, of target: String? = nil) {
    var phone = phones[leg] ?? Phone()
    phone.target = phone.target ?? target
    phones[leg] = phone
  }

  mutating func replace(_ leg: LegID, by channel: String) {
    var phone = phones[leg] ?? Phone()
    phone.channel = channel
    phones[leg] = phone
  }

  var all: [LegID] { phones.keys.sorted() }

  func isKnown(_ leg: LegID) -> Bool { phones[leg] != nil }
  func target(of leg: LegID) -> String? { phones[leg]?.target }
  func channel(of leg: LegID) -> String? { phones[leg]?.channel }
}
