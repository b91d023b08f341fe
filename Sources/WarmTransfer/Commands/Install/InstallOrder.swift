import Runtime
import Settings

/// `warm-transfer install`: the plan, shown or carried out.
package struct InstallOrder: Equatable, Sendable {
  static let copyEnding = ".before-warm-transfer"
  /// Of its own, so that a removal leaves the copy without us alone.
  private static let removalCopyEnding = ".with-warm-transfer"

  package let isRemoval: Bool
  package let isCarriedOut: Bool
  let folder: String
  let configuration: String

  private var copyEnding: String { isRemoval ? Self.removalCopyEnding : Self.copyEnding }

  /// What was done or would be, in words.
  package func carryOut() throws -> [String] {
    let installation = Installation(in: folder, configuration: configuration, files: .onDisk)
    let plan = try isRemoval ? installation.removal() : try installation.plan()
    if isCarriedOut { for change in plan.changes { try carryOut(change) } }
    return lines(for: plan)
  }

  private func carryOut(_ change: InstallPlan.Change) throws(FileError) {
    if let before = change.before {
      try FileSystem.replace(change.path + copyEnding, with: before, like: change.path)
    }
    if let after = change.after {
      try FileSystem.replace(change.path, with: after, like: change.path)
    } else {
      FileSystem.remove(change.path)
    }
  }

  func lines(for plan: InstallPlan) -> [String] {
    plan.changes.flatMap(lines) + plan.remarks + [""] + ending(plan)
  }

  private func lines(for change: InstallPlan.Change) -> [String] {
    let what: String =
      switch (change.before == nil, change.after == nil) {
      case (true, _): isCarriedOut ? "made, with" : "to be made, with"
      case (_, true): isCarriedOut ? "removed, as all that was in it were" : "to be removed, as all that is in it are"
      case (false, false):
        isRemoval
          ? (isCarriedOut ? "removed" : "to be removed")
          : (isCarriedOut ? "added at the end" : "to be added at the end")
      }
    return ["\(change.path): \(what)"] + change.lines.map { (isRemoval ? "  - " : "  + ") + $0 }
  }

  private func ending(_ plan: InstallPlan) -> [String] {
    if plan.changes.isEmpty { return ["Nothing to do."] }
    let command = "warm-transfer install \(isRemoval ? "--remove" : "--apply")"
    guard isCarriedOut else { return ["Nothing was changed. To do it, as root: \(command)"] }
    let reloads = plan.changes.map(\.reload).filter { !$0.isEmpty }
    let copies = plan.changes.contains { $0.before != nil } ? ["Copies are kept as FILE\(copyEnding)."] : []
    return copies + ["For it to take effect:"] + reloads.map { "  " + $0 }
  }
}
