package import Transport

/// What Asterisk did not do, and why.
package struct ARIError: Error, Sendable, CustomStringConvertible {
  package enum Kind: Equatable, Sendable {
    /// 404: the channel, bridge, playback or application is not there.
    case notFound
    /// 409: it is there and cannot do that now, or the id is taken.
    case conflict
    /// 401 and 403: wrong user, wrong password, or a read-only user.
    case unauthorized
    /// Any other status, with Asterisk's own words.
    case refused(status: Int)
    /// No answer: it may or may not have been done.
    case unanswered(HTTPError.Kind)
    /// An answer that could not be understood, of this status: perhaps of another web server, or of one without ARI.
    case unreadable(status: Int)
  }

  package let kind: Kind
  /// `POST /bridges/{id}`: bounded, fit for a metric's label.
  package let operation: String
  package let message: String

  package init(kind: Kind, operation: String, message: String) {
    self.kind = kind
    self.operation = operation
    self.message = message
  }

  package var description: String { "\(operation): \(message)" }
}
