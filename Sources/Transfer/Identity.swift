/// Names one transfer for its whole life, in Asterisk, in the log and in the API: 1 to 32 of `a`-`z` and `0`-`9`.
package struct TransferID: Hashable, Sendable, Codable, CustomStringConvertible {
  package let description: String

  package init?(_ text: String) {
    let isLetterOrDigit = { (byte: UInt8) in (97...122) ~= byte || (48...57) ~= byte }
    guard (1...32).contains(text.utf8.count), text.utf8.allSatisfy(isLetterOrDigit) else { return nil }
    description = text
  }

  private init(unchecked text: String) { description = text }

  /// That of the transfer in which this one's caller is called back: always the same, so that none is begun twice.
  package var ofCallback: TransferID { TransferID(unchecked: String(description.prefix(30)) + "cb") }

  /// Eighty random bits from the given source.
  package init(from random: inout some RandomNumberGenerator) {
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
    description = String((0..<16).map { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] })
  }
}

/// The how-manieth leg that was rung for one caller, from 1.
package struct LegID: Hashable, Sendable, Codable, Comparable {
  package let number: Int

  package init(_ number: Int) { self.number = number }

  package static func < (left: LegID, right: LegID) -> Bool { left.number < right.number }
}

/// Milliseconds since 1970: what deadlines are counted in, so that they hold over a restart.
package struct WallTime: Hashable, Sendable, Codable, Comparable {
  package let milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  package static func < (left: WallTime, right: WallTime) -> Bool { left.milliseconds < right.milliseconds }

  package static func + (time: WallTime, wait: Duration) -> WallTime {
    WallTime(milliseconds: time.milliseconds + wait.milliseconds)
  }

  package static func - (later: WallTime, earlier: WallTime) -> Duration {
    .milliseconds(later.milliseconds - earlier.milliseconds)
  }
}

extension Duration {
  package var milliseconds: Int64 {
    components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
  }
}
