import Transfer
import Web

/// Whoever has asked for a caller over the API, and waits to hear what came of it.
struct Handovers: Sendable {
  private var tickets: [TransferID: Int] = [:]
  private var begun = 0

  /// The ticket under which the answer is given.
  mutating func begin() -> Int {
    begun += 1
    return begun
  }

  /// It is a transfer now.
  mutating func wait(for transfer: TransferID, _ ticket: Int) { tickets[transfer] = ticket }

  /// The answer that this step is, if somebody waits for one. Only the first word counts.
  mutating func answer(in step: Switchboard.Step) -> (ticket: Int, Result<TransferID, Refusal>)? {
    guard let ticket = tickets[step.transfer], let answer = step.answer else { return nil }
    tickets[step.transfer] = nil
    return (ticket, answer)
  }
}

extension Switchboard.Step {
  /// Nil while it is open whether the caller comes.
  fileprivate var answer: Result<TransferID, Refusal>? {
    if outcome != nil { return .failure(Refusal(event)) }
    switch prospect {
    case nil: return event.isTheEndOfTheCaller ? .failure(Refusal(event)) : .success(transfer)
    case .givenUp: return .failure(Refusal(event))
    // They hear something to its end before they come.
    case .granted: return event == .timerFired(.coming) ? .success(transfer) : nil
    case .asked: return nil
    }
  }
}

extension TransferEvent {
  fileprivate var isTheEndOfTheCaller: Bool {
    self == .caller(.left) || self == .caller(.takenAway) || self == .asteriskRestarted
  }
}

extension Refusal {
  /// Why a caller has not come in.
  fileprivate init(_ event: TransferEvent) {
    self =
      switch event {
      case .caller(.left), .commandFailed(_, .gone): .channelGone
      case .commandFailed(_, .conflict(let why)), .commandFailed(_, .refused(let why)): .channelNotHandedOver(why)
      case .cancelRequested(by: nil): .notAcceptingNow("the service is stopping")
      case .cancelRequested: .channelNotHandedOver("the transfer was cancelled")
      default: .channelNotHandedOver("the channel did not arrive in time")
      }
  }
}
