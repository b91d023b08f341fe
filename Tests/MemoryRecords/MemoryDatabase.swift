package import Runtime
package import Store
import Synchronization
package import Transfer

/// Records that live as long as the process: what any database has to answer, without one.
package final class MemoryDatabase: RecordDatabase {
  struct Transfer {
    var summary: TransferSummary
    var request: TransferRequest
    /// What the transfer has found out since.
    var known: CallContext?
    var events: [RecordedTransfer.Event] = []
    var lacksTheEnd = false
    var isRedacted = false
    var wrapUp: WrapUp?

    var record: RecordedTransfer { RecordedTransfer(request: request, events: events, lacksTheEnd: lacksTheEnd) }

    var latestRequest: TransferRequest {
      var request = request
      if let known { request.context = known }
      return request
    }

    /// Every channel that the caller has had.
    var channels: [String] {
      [summary.channel]
        + events.compactMap { if case .caller(.becameChannel(let channel)) = $0.event { channel } else { nil } }
    }
  }

  struct Phase {
    let id: Int64
    let transfer: TransferID
    let number: Int
    let at: WallTime
    let change: PhaseChange
  }

  struct Waiting {
    let id: Int64
    let webhook: String
    let phase: Phase
    var queuedAt: WallTime
    var attempts = 0
    var dueAt: WallTime
    var gaveUpAt: WallTime?
    var failure: String?
  }

  struct Tables {
    var transfers: [String: Transfer] = [:]
    var phases: [Phase] = []
    var lastPhase: Int64 = 0
    var waiting: [Waiting] = []
    var lastDelivery: Int64 = 0
    var audit: [AuditRecord] = []
    var accounted: Int64 = 0
    var figures: [(transfer: TransferID, figures: TransferFigures)] = []
    var calls: [(hour: LocalHour, topic: String, count: Int)] = []
    var signIns: [SignIn] = []
    var messages: [StoredMessage] = []
    var callTokens: [StoredCallToken] = []
    var triggers: [(hour: LocalHour, name: String)] = []
    var briefs: [String: KeptBrief] = [:]
  }

  private let tables = Mutex(Tables())

  package init() {}

  package func open(at now: Timestamp) -> sending OpenedRecords { OpenedRecords(MemoryRecords(self)) }
  package func reader() -> sending any RecordQueries { MemoryRecords(self) }
  package var behindMarker: String? { nil }

  package func retryDeliveries(_ delivery: Int64?, at now: WallTime) -> Int {
    access { tables in
      let chosen = tables.waiting.indices.filter { index in
        let waiting = tables.waiting[index]
        return (delivery == nil || delivery == waiting.id) && (waiting.gaveUpAt != nil || waiting.dueAt > now)
      }
      for index in chosen {
        tables.waiting[index].gaveUpAt = nil
        tables.waiting[index].attempts = 0
        (tables.waiting[index].queuedAt, tables.waiting[index].dueAt) = (now, now)
      }
      return chosen.count
    }
  }

  func access<R: Sendable, Failure: Error>(_ body: (inout Tables) throws(Failure) -> R) throws(Failure) -> R {
    try tables.withLock { tables throws(Failure) in
      var own = tables
      let result = try body(&own)
      tables = own
      return result
    }
  }
}
