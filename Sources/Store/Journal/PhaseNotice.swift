package import Transfer

/// A change of phase on its way into the journal, with the names of the webhooks that are to be told of it.
package struct PhaseNotice: Equatable, Sendable {
  package var change: PhaseChange
  package var webhooks: [String]
  /// What has become known since the last notice.
  package var learned: Learned?

  /// What a transfer may find out on its way, from a dispatcher for one.
  package struct Learned: Equatable, Sendable {
    /// The target or group.
    package var party: String?
    package var context: CallContext

    package init(party: String?, context: CallContext) {
      self.party = party
      self.context = context
    }
  }

  package init(_ change: PhaseChange, webhooks: [String] = [], learned: Learned? = nil) {
    self.change = change
    self.webhooks = webhooks
    self.learned = learned
  }
}
