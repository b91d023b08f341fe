import Runtime
import Settings
import Store
import Transfer

/// Keeps the steps of transfers back until the journal has them: a service that dies between a decision and its
/// effects finds the decision again.
///
/// While the disk does not take them, or keeps them waiting, they are let through all the same, since callers cannot
/// wait for a disk.
struct UnwrittenSteps: Sendable {
  /// Hands an entry to the journal and answers its number there.
  typealias Append = @Sendable (JournalEntry) throws(JournalError) -> UInt64

  static let patience: Duration = .milliseconds(500)

  private let append: Append
  private let log: Log
  private var waiting: [(number: UInt64, step: Switchboard.Step)] = []
  /// The number of each transfer's last entry.
  private var entries: [TransferID: Int] = [:]
  private var refusal: JournalError?
  /// The disk takes nothing and says nothing: up to this entry nobody waits for it any more.
  private var stalledUntil: UInt64?
  /// Who is told of which phases from now on.
  var webhooks: [Webhook] = []

  init(log: Log, append: @escaping Append) {
    self.append = append
    self.log = log
  }

  /// Why nothing can be written just now; nil while all is well.
  var trouble: String? {
    refusal.map { "\($0)" }
      ?? stalledUntil.map { _ in "the disk has not answered for \(Self.patience.milliseconds) ms" }
  }

  /// When the oldest of those that wait has waited for long enough.
  var deadline: WallTime? { waiting.first.map { $0.step.at.steady + Self.patience } }

  /// A transfer whose entries up to this one are in the journal.
  mutating func goOn(_ transfer: TransferID, after entry: Int) { entries[transfer] = entry }

  /// The steps that can be carried out now, in order. The request goes with a transfer's first.
  mutating func take(_ step: Switchboard.Step, of request: TransferRequest?) -> [Switchboard.Step] {
    let number = (entries[step.transfer] ?? 0) + 1
    entries[step.transfer] = step.outcome == nil ? number : nil
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
        PhaseNotice(change, webhooks: webhooks.filter { $0.events.contains(change.phase) }.map(\.name))
      }
    )
    do throws(JournalError) {
      let number = try append(entry)
      waiting.append((number, step))
      if stalledUntil != nil { stalledUntil = number }
    } catch {
      log.error("not in the journal", ["transfer": step.transfer, "reason": error])
      waiting.append((0, step))
    }
    return trouble == nil ? [] : letThrough()
  }

  /// The journal has come so far.
  mutating func written(_ progress: JournalProgress) -> [Switchboard.Step] {
    if refusal == nil, let trouble = progress.trouble {
      log.error("journal cannot be written: no new transfers until it can", ["reason": trouble])
    } else if refusal != nil, progress.trouble == nil {
      log.info("journal can be written again")
    }
    refusal = progress.trouble
    if let last = stalledUntil, progress.trouble == nil, progress.written >= last {
      log.info("journal has caught up")
      stalledUntil = nil
    }
    if trouble != nil { return letThrough() }
    let ready = waiting.prefix { $0.number <= progress.written }.map(\.step)
    waiting.removeFirst(ready.count)
    return ready
  }

  /// The disk neither takes these nor says why not. Those that follow do not wait at all, until it has caught up.
  mutating func overdue(at now: WallTime) -> [Switchboard.Step] {
    guard let deadline, deadline <= now, let last = waiting.last?.number else { return [] }
    log.error("journal does not answer: no new transfers until it does", ["steps waiting": waiting.count])
    stalledUntil = last
    return letThrough()
  }

  private mutating func letThrough() -> [Switchboard.Step] {
    defer { waiting = [] }
    return waiting.map(\.step)
  }
}
