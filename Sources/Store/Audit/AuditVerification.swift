/// Looks through exported records for what is not as it was exported.
package struct AuditVerification: Sendable {
  package enum Finding: Equatable, Sendable, CustomStringConvertible {
    case unreadable(line: Int)
    case altered(Int64, parts: [String])
    case missing(ClosedRange<Int64>)
    case moved(Int64, after: Int64)
    case repeated(Int64)
    case broken(Int64, after: Int64)
    /// The journal has another of this number.
    case unlikeTheJournal(Int64)
    case missingBefore(first: Int64, expected: Int64)
    case missingAfter(last: Int64, expected: Int64)
    case none(expected: ClosedRange<Int64>)

    package var description: String {
      switch self {
      case .unreadable(let line): "line \(line): not an audit record, or cut off"
      case .altered(let number, let parts): "record \(number): altered (\(parts.joined(separator: ", ")))"
      case .missing(let range) where range.count == 1: "record \(range.lowerBound): missing"
      case .missing(let range): "records \(range.lowerBound) to \(range.upperBound): missing"
      case .moved(let number, let other): "record \(number): moved, it stands after record \(other)"
      case .repeated(let number): "record \(number): there twice"
      case .broken(let number, let other):
        "record \(number): does not follow record \(other), one of them was made anew"
      case .unlikeTheJournal(let number): "record \(number): the journal has another one of this number"
      case .missingBefore(let first, let expected):
        "begins with record \(first); the journal has them from \(expected) on: cut off at the beginning"
      case .missingAfter(let last, let expected):
        "ends with record \(last); the journal goes on to \(expected): cut off at the end"
      case .none(let range): "no records; the journal has \(range.lowerBound) to \(range.upperBound)"
      }
    }
  }

  private struct Link: Sendable {
    let previous: String
    let hash: String
  }

  private var links: [Int64: Link] = [:]
  private var last: Int64?
  package private(set) var findings: [Finding] = []

  package init() {}

  package var count: Int { links.count }

  /// The highest, and its hash: whoever keeps them elsewhere can tell later whether the chain was made anew.
  package var head: AuditHead? {
    links.max { $0.key < $1.key }.map { AuditHead(number: $0.key, hash: $0.value.hash) }
  }

  /// In the order of the file. Nil for a line that is no record.
  package mutating func read(_ record: AuditRecord?, line: Int) {
    guard let record else { return findings.append(.unreadable(line: line)) }
    let altered = record.alteredParts
    if !altered.isEmpty { findings.append(.altered(record.number, parts: altered)) }
    guard links[record.number] == nil else { return findings.append(.repeated(record.number)) }
    if let last, record.number < last { findings.append(.moved(record.number, after: last)) }
    links[record.number] = Link(previous: record.previous, hash: record.hash)
    last = record.number
  }

  /// That is all of the file.
  package mutating func finish() {
    let numbers = links.keys.sorted()
    for (number, next) in zip(numbers, numbers.dropFirst()) {
      if next > number + 1 {
        findings.append(.missing(number + 1...next - 1))
      } else if links[next]?.previous != links[number]?.hash {
        findings.append(.broken(next, after: number))
      }
    }
  }

  /// The records of the journal that the file ought to have.
  package mutating func compare(with expected: ClosedRange<Int64>?) {
    guard let expected else { return }
    guard let first = links.keys.min(), let last = links.keys.max() else {
      return findings.append(.none(expected: expected))
    }
    if first > expected.lowerBound { findings.append(.missingBefore(first: first, expected: expected.lowerBound)) }
    if last < expected.upperBound { findings.append(.missingAfter(last: last, expected: expected.upperBound)) }
  }

  /// Records as the journal has them.
  package mutating func compare(with records: [AuditRecord]) {
    for record in records {
      guard let link = links[record.number], link.hash != record.hash else { continue }
      findings.append(.unlikeTheJournal(record.number))
    }
  }
}
