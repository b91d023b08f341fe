/// A language as dialplans, browsers and conf files write it: `de`, `de-AT`, `de_AT`.
package struct LanguageTag: Hashable, Sendable, Codable, CustomStringConvertible {
  /// In small letters, its parts joined by `-`.
  package let description: String

  /// Nil for what is none: letters and digits in parts of eight at most, the first of two or three letters.
  package init?(_ text: String) {
    let parts = text.lowercased().split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "_" }
    let areGood = parts.allSatisfy { part in
      (1...8).contains(part.count) && part.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit }
    }
    guard let first = parts.first, (2...3).contains(first.count), first.allSatisfy(\.isASCIILowercase), areGood,
      parts.count <= 4
    else { return nil }
    description = parts.joined(separator: "-")
  }

  /// `de` is meant by everybody who says `de-at`, not the other way round.
  package func includes(_ other: LanguageTag) -> Bool {
    other == self || other.description.hasPrefix(description + "-")
  }

  /// From the narrowest to the widest: `pt-br`, `pt`.
  package var broadening: [LanguageTag] {
    let parts = description.split(separator: "-")
    return (1...parts.count).reversed().compactMap { LanguageTag(parts.prefix($0).joined(separator: "-")) }
  }
}
