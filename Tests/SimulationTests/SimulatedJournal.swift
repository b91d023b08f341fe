import Transfer

@testable import Store
@testable import WarmTransfer

/// What a service writes down, and a crash leaves.
struct SimulatedJournal {
  /// Decided, and not on the disk yet.
  private(set) var waiting: [Switchboard.Step] = []
  private var requests: [TransferID: TransferRequest] = [:]
  private var entries: [TransferID: [RecordedTransfer.Event]] = [:]

  /// The request goes with the first step.
  mutating func append(_ step: Switchboard.Step, of request: TransferRequest?) {
    if requests[step.transfer] == nil { requests[step.transfer] = request }
    waiting.append(step)
  }

  /// On the disk from now on: what may be carried out.
  mutating func commit(_ count: Int? = nil) -> [Switchboard.Step] {
    let written = Array(waiting.prefix(count ?? waiting.count))
    waiting.removeFirst(written.count)
    for step in written {
      let entry = RecordedTransfer.Event(
        number: (entries[step.transfer]?.count ?? 0) + 1,
        at: step.at,
        phase: step.after.rawValue,
        kind: "",
        event: step.event,
        effects: []
      )
      entries[step.transfer, default: []].append(entry)
    }
    return written
  }

  mutating func loseWhatWaits() {
    waiting = []
    requests = requests.filter { entries[$0.key] != nil }
  }

  var unfinished: [UnfinishedTransfer] {
    requests.sorted { $0.key.description < $1.key.description }.compactMap { id, request in
      UnfinishedTransfer(RecordedTransfer(request: request, events: entries[id] ?? []))
    }
  }
}
