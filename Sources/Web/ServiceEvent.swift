package import Transport

/// Something that has happened, for those who listen at `/v1/events`.
package struct ServiceEvent: Equatable, Sendable {
  /// Grows from event to event, over restarts too.
  package var id: Int64
  /// Such as `phase`.
  package var kind: String
  package var data: JSON

  package init(id: Int64, kind: String, data: JSON) {
    self.id = id
    self.kind = kind
    self.data = data
  }
}

/// Whether the service can take a transfer, and if not, what is missing.
package struct Readiness: Equatable, Sendable {
  package struct Part: Equatable, Sendable {
    /// Such as `asterisk` or `journal`.
    package var name: String
    package var isReady: Bool
    /// In words, for people.
    package var state: String

    package init(_ name: String, isReady: Bool, state: String) {
      self.name = name
      self.isReady = isReady
      self.state = state
    }
  }

  package var parts: [Part]
  /// How many are under way.
  package var transfers: Int

  package var isReady: Bool { parts.allSatisfy(\.isReady) }

  package init(_ parts: [Part], transfers: Int) {
    self.parts = parts
    self.transfers = transfers
  }
}
