import Synchronization
import Testing

@testable import Runtime

@Suite struct RetriesTests {
  private struct Failed: Error, Equatable {
    let attempt: Int
  }

  @Test func whatFailsIsToldAndBegunAnewAfterPausesThatGrow() async {
    var (attempts, told, pauses) = (0, [Failed?](), [Duration]())
    await retrying {
      pauses.append($0)
      if pauses.count == 8 { throw CancellationError() }
    } _: {
      attempts += 1
      throw Failed(attempt: attempts)
    } whenFailed: {
      told.append($0 as? Failed)
    }
    #expect(told == (1...8).map { Failed(attempt: $0) })
    let longest = [1, 2, 4, 8, 16, 30, 30, 30].map(Duration.seconds)
    #expect(zip(pauses, longest).allSatisfy { $0 >= $1 / 2 && $0 < $1 }, "\(pauses)")
  }

  @Test func whatHasEndedIsBegunAnewAndNothingIsTold() async {
    var (attempts, pauses) = (0, 0)
    await retrying { _ in
      pauses += 1
      if pauses == 3 { throw CancellationError() }
    } _: {
      attempts += 1
    } whenFailed: { error in
      Issue.record(error)
    }
    #expect(attempts == 3)
  }

  @Test func aCancellationIsNoFailure() async {
    var attempts = 0
    await retrying { _ in
      Issue.record("a pause")
    } _: {
      attempts += 1
      throw CancellationError()
    } whenFailed: { error in
      Issue.record(error)
    }
    #expect(attempts == 1)
  }

  @Test func whoIsCancelledBeginsNothing() async {
    await withTaskGroup(of: Void.self) { group in
      group.cancelAll()
      group.addTask {
        await untilCancelled()
        await retrying {
          Issue.record("begun")
        } whenFailed: { error in
          Issue.record(error)
        }
      }
    }
  }

  @Test func whoWaitsForTheCancellationWaitsUntilThen() async {
    let hasReturned = Mutex(false)
    let wait: @Sendable () async -> Void = {
      await untilCancelled()
      #expect(Task.isCancelled)
      hasReturned.withLock { $0 = true }
    }
    await withTaskGroup { group in
      group.addTask(operation: wait)
      for _ in 1...100 { await Task.yield() }
      #expect(!hasReturned.withLock { $0 })
      group.cancelAll()
    }
    #expect(hasReturned.withLock { $0 })
  }
}
