import Synchronization
import Transfer

@testable import Store
@testable import WarmTransfer

/// The disk of a simulated service: what was handed in, what is written, and what a crash leaves.
// Sendable unchecked: a simulation is one thread's.
final class SimulatedJournal: @unchecked Sendable {
  /// Handed in, and not on the disk yet.
  private(set) var waiting: [JournalEntry] = []
  var now: Int64 = 0
  /// When each of those that wait was handed in.
  private var handedIn: [Int64] = []
  private(set) var written: UInt64 = 0
  private var requests: [TransferID: TransferRequest] = [:]
  private var entries: [TransferID: [RecordedTransfer.Event]] = [:]
  var mood = Mood.well
  /// It hangs, and whoever waits has been told.
  var isStalled = false

  enum Mood { case well, full, hangs }

  /// What is handed in from now on is counted anew.
  func beginLife() {
    (waiting, handedIn, written) = ([], [], 0)
  }

  func append(_ entry: JournalEntry) -> UInt64 {
    waiting.append(entry)
    handedIn.append(now)
    return written + UInt64(waiting.count)
  }

  var oldestHandedIn: Int64? { handedIn.first }

  func hasUnwritten(of transfer: TransferID, since moment: Int64) -> Bool {
    zip(waiting, handedIn).contains { $0.transfer == transfer && $1 >= moment }
  }

  func knows(_ transfer: TransferID) -> Bool { requests[transfer] != nil }

  /// On the disk from now on.
  func commit(_ count: Int? = nil) -> [JournalEntry] {
    let done = Array(waiting.prefix(count ?? waiting.count))
    waiting.removeFirst(done.count)
    handedIn.removeFirst(done.count)
    written += UInt64(done.count)
    for entry in done {
      if let request = entry.request { requests[entry.transfer] = request }
      let event = RecordedTransfer.Event(
        number: entry.number,
        at: entry.at,
        phase: entry.phase.rawValue,
        kind: "",
        event: entry.event,
        effects: []
      )
      entries[entry.transfer, default: []].append(event)
    }
    return done
  }

  var progress: JournalProgress {
    let trouble: JournalError? =
      switch mood {
      case .well: nil
      case .full: JournalError(.diskFull, "no room")
      case .hangs: isStalled ? JournalError(.stalled, "the disk does not answer") : nil
      }
    return JournalProgress(written: written, trouble: trouble)
  }

  /// As the journal answers; the machine of one that has ended is none.
  var unfinished: [RecordedTransfer] {
    requests.sorted { $0.key.description < $1.key.description }.map { id, request in
      RecordedTransfer(request: request, events: entries[id] ?? [])
    }
  }
}
