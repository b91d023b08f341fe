/// `> 1000`, `<= 5`, `= 3`: what a number must be.
package struct NumberComparison: Equatable, Sendable, CustomStringConvertible {
  private enum Sign: String, Equatable, Sendable, CaseIterable {
    // Those of two characters first: `<` is the beginning of `<=`.
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    case equal = "="
  }

  private let sign: Sign
  private let bound: Double
  /// As it was written.
  package let description: String

  /// Nil for what is no comparison.
  package init?(parsing text: String) {
    guard let sign = Sign.allCases.first(where: { text.hasPrefix($0.rawValue) }),
      let bound = plainNumber(text.dropFirst(sign.rawValue.count).drop { $0 == " " })
    else { return nil }
    self.sign = sign
    self.bound = bound
    description = text
  }

  package func holds(for number: Double) -> Bool {
    switch sign {
    case .atLeast: number >= bound
    case .atMost: number <= bound
    case .above: number > bound
    case .below: number < bound
    case .equal: number == bound
    }
  }
}

/// `12`, `-3.50`; nil for anything else, also for what other readers of numbers allow: `1e9`, `nan`, `0x10`.
func plainNumber(_ text: some StringProtocol) -> Double? {
  let digits = text.first == "-" ? text.dropFirst() : text[...]
  let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
  let isPlain = parts.count <= 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) }
  return isPlain && text.count <= 40 ? Double(String(text)) : nil
}
