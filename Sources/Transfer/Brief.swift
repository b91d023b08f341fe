/// What somebody has said of a call before it comes. The call finds it by its token, which is dialled.
package struct Brief: Equatable, Sendable, Codable {
  /// The name of a target or of a group; nil: the rules choose.
  package var target: String?
  /// In the waiting line, see `Priority`.
  package var priority: Int?
  package var context: CallContext
  /// The name of the API token with which it was posted.
  package var postedBy: String

  package init(target: String? = nil, priority: Int? = nil, context: CallContext, postedBy: String) {
    self.target = target
    self.priority = priority
    self.context = context
    self.postedBy = postedBy
  }
}

/// Stands for a brief until one call has used it.
package struct BriefToken: Equatable, Sendable, CustomStringConvertible {
  /// What is dialled is the token behind this.
  package static let prefix = "wt-"
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
  private static let length = 20

  package let description: String

  /// In the dialplan.
  package var dialled: String { Self.prefix + description }

  /// Nil for what cannot be one: it comes from whoever dials.
  package init?(_ text: String) {
    guard text.utf8.count == Self.length, text.allSatisfy(Self.alphabet.contains) else { return nil }
    description = text
  }

  /// A hundred random bits from the given source.
  package init(from random: inout some RandomNumberGenerator) {
    description = String((0..<Self.length).map { _ in Self.alphabet[Int.random(in: 0..<32, using: &random)] })
  }
}
