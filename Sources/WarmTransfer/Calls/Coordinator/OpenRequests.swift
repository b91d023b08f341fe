import ARI
import Transfer

/// What Asterisk was asked and has not answered yet, with what each is for. Requests that got no answer are sent again
/// where that does no harm.
struct OpenRequests: Sendable {
  enum Purpose: Hashable, Sendable {
    /// An order of this transfer, whose turn it is.
    case order(TransferID)
    /// Nobody waits for it.
    case nothing
    case arrivalVariables(ChannelID)
    case arrivalCompanions(ChannelID)
    case look(Int)
    case watching([String])
    case deviceStates([String])
  }

  struct Open: Equatable, Sendable {
    let request: AsteriskRequest
    let pbx: PBXName
    let purpose: Purpose
    fileprivate(set) var attempt = 1
  }

  enum Verdict: Sendable {
    /// Of another life, or answered already.
    case unknown
    /// After a pause.
    case again
    case closed(Open, Result<AsteriskAnswer, ARIError>)
  }

  static let attempts = 3
  static let pause: Duration = .milliseconds(150)

  private var open: [Int: Open] = [:]
  private var opened = 0

  var count: Int { open.count }

  subscript(ticket: Int) -> Open? { open[ticket] }

  func isOpen(_ purpose: Purpose) -> Bool { open.values.contains { $0.purpose == purpose } }

  /// Answers the ticket under which the answer is expected.
  mutating func add(_ request: AsteriskRequest, of pbx: PBXName, for purpose: Purpose) -> Int {
    opened += 1
    open[opened] = Open(request: request, pbx: pbx, purpose: purpose)
    return opened
  }

  mutating func answered(_ ticket: Int, _ answer: Result<AsteriskAnswer, ARIError>) -> Verdict {
    guard let request = open[ticket] else { return .unknown }
    if case .failure(let error) = answer {
      if request.request.wasDone(error, at: request.attempt) { return close(ticket, request, .success(.done)) }
      if request.request.mayBeRepeated(after: error), request.attempt < Self.attempts {
        open[ticket]?.attempt += 1
        return .again
      }
    }
    return close(ticket, request, answer)
  }

  /// Nobody wants them any more: they are not sent again, and their answers mean nothing.
  @discardableResult
  mutating func abandon(_ purpose: Purpose) -> [AsteriskRequest] {
    let abandoned = open.filter { $0.value.purpose == purpose }
    for ticket in abandoned.keys { open[ticket] = nil }
    return abandoned.sorted { $0.key < $1.key }.map(\.value.request)
  }

  private mutating func close(
    _ ticket: Int,
    _ request: Open,
    _ answer: Result<AsteriskAnswer, ARIError>
  ) -> Verdict {
    open[ticket] = nil
    return .closed(request, answer)
  }
}
