package import Transfer

/// A change of phase on its way into the journal, with the names of the webhooks that are to be told of it.
package struct PhaseNotice: Equatable, Sendable {
  package var change: PhaseChange
  package var webhooks: [String]

  package init(_ change: PhaseChange, webhooks: [String] = []) {
    self.change = change
    self.webhooks = webhooks
  }
}
