package import Transfer

package protocol WrapUpQueries {
  /// Nil where nobody has said anything yet, or there is no such transfer.
  func wrapUp(of transfer: TransferID) throws(JournalError) -> WrapUp?
}

package protocol WrapUpChanges {
  /// In place of what was said of it before. False where there is no such transfer (any more).
  func recordWrapUp(_ wrapUp: WrapUp, of transfer: TransferID) throws(JournalError) -> Bool
}
