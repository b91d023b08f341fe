/// Does `work`, which is to last as long as the task: where it fails, that is told, and it is begun anew after a pause
/// that grows, until the task is cancelled.
package func retrying(
  pausing: (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
  _ work: () async throws -> Void,
  whenFailed tell: (any Error) -> Void
) async {
  var backoff = Backoff(first: .seconds(1), cap: .seconds(30))
  while !Task.isCancelled {
    do {
      try await work()
    } catch is CancellationError {
      return
    } catch {
      tell(error)
    }
    do { try await pausing(backoff.next(jitter: .random(in: 0..<1))) } catch { return }
  }
}

/// Returns when the task is cancelled.
package func untilCancelled() async {
  let cancelled = Completion<Void>()
  await withTaskCancellationHandler {
    await cancelled.wait()
  } onCancel: {
    cancelled.complete(())
  }
}
