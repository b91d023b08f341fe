import ARI
import Transfer

@testable import WarmTransfer

/// A mistake made on purpose, between the switchboard and the rest: the proof that the simulation would notice it.
struct Break: Sendable {
  let name: String
  /// What it must be caught by.
  let offends: Set<Invariant>
  var hears: @Sendable (ARIEvent, Simulation) -> ARIEvent = { event, _ in event }
  var posts: @Sendable (TransferEvent, Line) -> TransferEvent = { event, _ in event }
  var does: @Sendable (Switchboard.Step) -> [Switchboard.Order] = { $0.orders }
}
