import ARI

/// What is known of one Asterisk.
struct KnownPBX: Sendable {
  /// Nil until it was seen what there is in it.
  var information: ARIInformation?
  /// As far as it is known: it is asked when it is there.
  var writesCDR = true
  var phones = WatchedPhones()
  /// Under way.
  var looks: [Int: Look] = [:]
  /// What the last audit has seen, and nobody has explained yet.
  var suspicions: Set<AuditFinding> = []

  /// It is being seen what there is in it.
  var isReconnecting: Bool {
    looks.values.contains { if case .reconnection = $0.purpose { true } else { false } }
  }
}
