import ARI
import Transfer

/// A look at what is there in Asterisk: list after list, since there is no one request for all.
struct Look: Sendable {
  enum Purpose: Equatable, Sendable {
    /// The event stream is new, and these were in our application before it.
    case reconnection(ARIInformation, callersBefore: Set<String>)
    /// Whether everybody who should be there still is.
    case audit([Switchboard.Expectation])
    /// A caller has left our application, and nobody has sent them.
    case whereabouts(ARIChannel)
  }

  let purpose: Purpose
  private var rest: ArraySlice<AsteriskRequest>
  private(set) var information: ARIInformation?
  private(set) var channels: [ARIChannel] = []
  private(set) var bridges: [ARIBridge] = []
  private(set) var inHand: [String] = []
  private(set) var writesCDR = false

  init(_ purpose: Purpose) {
    self.purpose = purpose
    switch purpose {
    case .reconnection: rest = [.channels, .bridges, .channelsInHand, .moduleIsRunning("func_cdr.so")]
    case .audit: rest = [.information, .channels, .bridges, .channelsInHand]
    case .whereabouts: rest = [.channelsInHand, .channels]
    }
  }

  /// What to ask next; nil when all is seen.
  mutating func next() -> AsteriskRequest? { rest.popFirst() }

  mutating func see(_ answer: AsteriskAnswer) {
    switch answer {
    case .information(let information): self.information = information
    case .channels(let channels): self.channels = channels
    case .bridges(let bridges): self.bridges = bridges
    case .names(let names): inHand = names
    case .isSo(let isSo): writesCDR = isSo
    case .done, .values: break
    }
  }

  func view(ofRun run: String) -> AsteriskView {
    AsteriskView(channels: channels, bridges: bridges, inHand: inHand, run: run)
  }
}

/// What an audit has seen that should not be. It is believed when it is seen twice in a row: the event that explains it
/// may be on its way.
enum AuditFinding: Hashable, Sendable {
  case missing(channel: String, TransferID)
  /// In our application, and part of no transfer.
  case unknownCaller(String)
  /// Made for a transfer that is over.
  case leftOver(String)
}
