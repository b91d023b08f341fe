import Runtime
import Settings
import Store
import Transfer

/// Keeps the steps of transfers back until the journal has them: a service that dies between a decision and its
/// effects finds the decision again.
///
/// While the disk does not take them, or keeps them waiting, they are let through all the same, since callers cannot
/// wait for a disk. And a join is not kept back at all: two people wait for it, and whether it was made is seen in Asterisk
/// itself by the service that comes after one which died before it was written.
struct UnwrittenSteps: Sendable {
  /// Hands an entry to the journal and answers its number there.
  typealias Append = @Sendable (JournalEntry) throws(JournalError) -> UInt64

  private let append: Append
  private let log: Log
  private var waiting: [(number: UInt64, step: Switchboard.Step)] = []
  /// The number of each transfer's last entry.
  private var entries: [TransferID: Int] = [:]
  /// What those who follow a transfer have been told of it.
  private var told: [TransferID: PhaseNotice.Learned] = [:]
  /// Why nothing can be written just now; nil while all is well.
  private(set) var trouble: JournalError?
  /// Who is told of which phases from now on.
  var webhooks: [Webhook] = []

  init(log: Log, append: @escaping Append) {
    self.append = append
    self.log = log
  }

  /// A transfer whose entries up to this one are in the journal.
  mutating func goOn(_ transfer: TransferID, after entry: Int) { entries[transfer] = entry }

  /// The steps that can be carried out now, in order. The request goes with a transfer's first.
  mutating func take(_ step: Switchboard.Step, of request: TransferRequest?) -> [Switchboard.Step] {
    let number = (entries[step.transfer] ?? 0) + 1
    entries[step.transfer] = step.outcome == nil ? number : nil
    let learned = learned(step, request, isFirst: number == 1)
    let entry = JournalEntry(
      transfer: step.transfer,
      number: number,
      at: step.at.wall,
      phase: step.after,
      event: step.event,
      effects: step.effects,
      request: number == 1 ? request : nil,
      outcome: step.outcome,
      notices: step.changes.map { change in
        PhaseNotice(
          change,
          webhooks: webhooks.filter { $0.events.contains(change.phase) }.map(\.name),
          learned: learned
        )
      }
    )
    let isFirstInLine = !waiting.contains { $0.step.transfer == step.transfer }
    do throws(JournalError) {
      waiting.append((try append(entry), step))
    } catch {
      log.error("step missing in the journal", ["transfer": step.transfer, "reason": error])
      waiting.append((0, step))
    }
    if trouble != nil { return letThrough() }
    return step.joins && isFirstInLine ? [waiting.removeLast().step] : []
  }

  /// What the request is by now, where it was another when it was told of last. The first entry has it whole.
  private mutating func learned(
    _ step: Switchboard.Step,
    _ request: TransferRequest?,
    isFirst: Bool
  ) -> PhaseNotice.Learned? {
    if step.outcome != nil { told[step.transfer] = nil }
    guard step.outcome == nil, !step.changes.isEmpty, let request else { return nil }
    var now = PhaseNotice.Learned(party: request.plan.party, context: request.context)
    // It is said in the briefing, and shown nowhere.
    now.context.spokenSummary = ""
    guard told.updateValue(now, forKey: step.transfer) != now, !isFirst else { return nil }
    return now
  }

  /// The journal has come so far.
  mutating func written(_ progress: JournalProgress) -> [Switchboard.Step] {
    if trouble == nil, let trouble = progress.trouble {
      log.error("cannot write the journal, refusing new transfers for now", ["reason": trouble])
    } else if trouble != nil, progress.trouble == nil {
      log.info("journal writable again, accepting transfers")
    }
    trouble = progress.trouble
    if trouble != nil { return letThrough() }
    let ready = waiting.prefix { $0.number <= progress.written }.map(\.step)
    waiting.removeFirst(ready.count)
    return ready
  }

  private mutating func letThrough() -> [Switchboard.Step] {
    defer { waiting = [] }
    return waiting.map(\.step)
  }
}
