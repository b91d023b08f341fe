import Transport

/// What `warm-transfer doctor` prints.
package struct DoctorReport: Equatable, Sendable {
  let findings: [Finding]

  init(_ findings: [Finding]) { self.findings = findings }

  package var isHealthy: Bool { !findings.contains { $0.level == .fail } }

  /// A line for each, its mend indented below it, and how many there are of each kind.
  package func lines(fitting width: Int? = nil) -> [String] {
    let column = findings.map(\.subject.count).max() ?? 0
    return findings.flatMap { Self.lines(of: $0, column, width ?? .max) } + ["", summary]
  }

  private static let levels = 6
  private static let gap = 2
  private static let narrowest = 24

  static func lines(of finding: Finding, _ column: Int, _ width: Int) -> [String] {
    let start = finding.level.rawValue.padded(to: levels) + finding.subject.onOneLine.padded(to: column + gap)
    let text = finding.text.onOneLine
    let indent = String(repeating: " ", count: levels)
    let mend = finding.mend.onOneLine.wrapped(to: max(narrowest, width - levels - gap)).map {
      indent + String(repeating: " ", count: gap) + $0
    }
    guard width - start.count >= narrowest else {
      let below = text.wrapped(to: max(narrowest, width - levels)).map { indent + $0 }
      return ["\(finding.level.rawValue.padded(to: levels))\(finding.subject.onOneLine)"] + below + mend
    }
    let rows = text.wrapped(to: width - start.count)
    let others = rows.dropFirst().map { String(repeating: " ", count: start.count) + $0 }
    return [start + (rows.first ?? "")] + others + mend
  }

  private var summary: String {
    let count = { (level: Finding.Level) in findings.count { $0.level == level } }
    return "\(count(.ok)) ok, \(count(.warn)) to look at, \(count(.fail)) failed"
  }

  package var json: String {
    let list = findings.map { finding -> JSON in
      var members: [String: JSON] = [
        "level": .string(finding.level.rawValue.lowercased()), "subject": .string(finding.subject),
        "text": .string(finding.text),
      ]
      if !finding.mend.isEmpty { members["mend"] = .string(finding.mend) }
      return .object(members)
    }
    return JSON.object(["healthy": .bool(isHealthy), "findings": .array(list)]).serialized()
  }
}
