package import Store

extension JournalLimits {
  /// For tests, whose machine may be busy with others: no disk counts as one that hangs.
  package static var unhurried: JournalLimits {
    var limits = JournalLimits()
    limits.patience = .seconds(3_600)
    return limits
  }
}
