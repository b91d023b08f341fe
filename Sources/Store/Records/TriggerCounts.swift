internal import Transfer

package protocol TriggerChanges {
  /// Once more.
  func countTrigger(_ name: String, in hour: LocalHour) throws(JournalError)
}
