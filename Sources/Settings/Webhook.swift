package import Transfer

/// `type = webhook`: a web server that is told what becomes of transfers.
package struct Webhook: Equatable, Sendable {
  /// Each has a queue of its own.
  package static let most = 16

  /// The section's.
  package var name: String
  package var url = ""
  /// `whsec_` and base64.
  package var secret = Secret("")
  /// The phases that it is told of.
  package var events: [TransferMachine.Phase] = []
  /// How long an answer may take.
  package var timeout = Duration.zero
  /// How long one event is tried.
  package var giveUpAfter = Duration.zero

  package init(name: String) { self.name = name }
}
