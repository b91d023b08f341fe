package import Transfer

/// A transfer that has ended and has not been accounted for yet.
package struct EndedTransfer: Equatable, Sendable {
  /// The number of its last phase event: transfers are accounted for in the order in which they have ended.
  package let place: Int64
  package let summary: TransferSummary
  /// Nil where it cannot be read.
  package let record: RecordedTransfer?
  package let unreadable: JournalError?

  package init(place: Int64, summary: TransferSummary, record: RecordedTransfer?, unreadable: JournalError? = nil) {
    self.place = place
    self.summary = summary
    self.record = record
    self.unreadable = unreadable
  }
}

/// What a transfer leaves behind for the audit trail and for figures.
package struct TransferAccount: Equatable, Sendable {
  package let place: Int64
  package let transfer: TransferID
  package let audit: AuditDraft
  /// None of a callback: nobody has waited in it, and it is a second call about the same.
  package let figures: TransferFigures?

  /// By the clock of that place.
  package init(_ ended: EndedTransfer, in zone: TimeZoneTable) {
    var course = ended.record.map { TransferCourse($0.request) }
    for event in ended.record?.events ?? [] { course?.note(event.event, at: event.at) }
    place = ended.place
    transfer = ended.summary.id
    audit = AuditDraft(ended, course)
    let isCallback = course?.request.isCallback ?? false
    figures = isCallback ? nil : TransferFigures(ended.summary, course, in: zone)
  }
}

package protocol AccountQueries {
  /// Those that ended longest ago, at most so many.
  func unaccounted(limit: Int) throws(JournalError) -> [EndedTransfer]
}

package protocol AccountChanges {
  /// In this order, all or none. What has been accounted for already, or is in the journal no more, is left out.
  func write(_ accounts: [TransferAccount]) throws(JournalError)
}
