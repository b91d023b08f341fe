import Foundation
import Synchronization

/// What the two Asterisks told, in the order of its coming, and those who wait for something to be told.
final class Happenings: Sendable {
  private struct Waiter {
    var wants: @Sendable (ManagerMessage) -> Bool
    var continuation: CheckedContinuation<ManagerMessage, any Error>
  }

  private struct State {
    var told: [ManagerMessage] = []
    var waiters: [UUID: Waiter] = [:]
  }

  /// The oldest are forgotten beyond this.
  private static let limit = 100_000
  private let state = Mutex(State())

  var all: [ManagerMessage] { state.withLock(\.told) }

  func forget() { state.withLock { $0.told = [] } }

  func tell(_ message: ManagerMessage) {
    let served = state.withLock { state in
      if state.told.count >= Self.limit { state.told.removeFirst(Self.limit / 10) }
      state.told.append(message)
      let served = state.waiters.filter { $0.value.wants(message) }
      for id in served.keys { state.waiters[id] = nil }
      return served.values.map(\.continuation)
    }
    for continuation in served { continuation.resume(returning: message) }
  }

  /// The first message that fits, told already or still to come.
  func first(
    _ what: String,
    within limit: Duration,
    where wants: @escaping @Sendable (ManagerMessage) -> Bool
  ) async throws -> ManagerMessage {
    try await withThrowingTaskGroup(of: ManagerMessage.self) { group in
      group.addTask { try await self.next(wants) }
      group.addTask {
        try await Task.sleep(for: limit)
        throw LabError(.timedOut, "no \(what) within \(limit)")
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }

  private func next(_ wants: @escaping @Sendable (ManagerMessage) -> Bool) async throws -> ManagerMessage {
    let id = UUID()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let known = state.withLock { state -> Result<ManagerMessage, any Error>? in
          if let known = state.told.first(where: wants) { return .success(known) }
          // Cancelled before this: the handler below found no waiter to wake.
          if Task.isCancelled { return .failure(CancellationError()) }
          state.waiters[id] = Waiter(wants: wants, continuation: continuation)
          return nil
        }
        if let known { continuation.resume(with: known) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(throwing: CancellationError())
    }
  }
}
