import Store
import Web

/// One who listens at `/v1/events`: each event is read when it can be sent.
actor EventListener {
  private var place: PhaseFeed.Iterator

  init(_ feed: PhaseFeed) {
    place = feed.makeAsyncIterator()
  }

  /// Nil when no more will come, or the journal cannot be read: they come back with the id that they saw last.
  func next() async -> ServiceEvent? {
    var ahead = place
    do throws(JournalError) {
      let event = try await ahead.next()
      place = ahead
      return event.map { ServiceEvent(id: $0.id, kind: "phase", data: $0.json) }
    } catch {
      return nil
    }
  }
}
