import Store
import Runtime
import Transfer
import Transport

/// When a webhook that has not taken an event is tried again.
struct DeliverySchedule: Sendable {
  /// After the first attempt, the second, and so on; after the last of these, as long as that each time.
  var pauses: [Duration] = [
    .seconds(5), .seconds(30), .seconds(120), .seconds(300), .seconds(900), .seconds(1_800), .seconds(3_600),
  ]
  /// What chance adds, as a share of the pause: those that failed together do not all come back together.
  var jitter = 0.2
  /// A receiver may ask for more time, but not for any.
  var longestWish: Duration = .seconds(3_600)

  /// What becomes of a delivery that has failed so often before and was answered so now. The chance is from 0 up to and without 1.
  func outcome(
    queuedAt: WallTime,
    attempts: Int,
    answered answer: DeliveryAnswer,
    at now: WallTime,
    givingUpAfter limit: Duration,
    chance: Double
  ) -> DeliveryOutcome {
    switch answer {
    case .taken: return .delivered
    case .refused(let reason): return .givenUp(failure: reason)
    case .failed(let reason, let wish):
      let next = now + max(pause(after: attempts, chance: chance), min(wish ?? .zero, longestWish))
      // The end of the time is tried once more; what lies beyond it is not.
      let end = queuedAt + limit
      guard now < end else { return .givenUp(failure: reason) }
      return .postponed(until: min(next, end), failure: reason)
    }
  }

  private func pause(after attempts: Int, chance: Double) -> Duration {
    let pause = pauses.isEmpty ? .zero : pauses[min(attempts, pauses.count - 1)]
    return pause + pause * (jitter * chance)
  }
}

/// What a web server has made of an event.
enum DeliveryAnswer: Equatable, Sendable {
  case taken
  /// It does not want this one, now or later.
  case refused(String)
  /// Perhaps later; it may have said when.
  case failed(String, wish: Duration? = nil)

  private static let gone = 410

  init(_ result: Result<HTTPResponse, HTTPError>) {
    switch result {
    case .success(let response) where response.isSuccess: self = .taken
    case .success(let response) where response.status == Self.gone: self = .refused("status \(response.status)")
    case .success(let response):
      let seconds = response.header("retry-after").flatMap { UInt16($0) }
      self = .failed("status \(response.status)", wish: seconds.map { .seconds(Int($0)) })
    case .failure(let error): self = .failed("\(error)")
    }
  }
}
