import Transfer

/// The names of everything that a transfer makes in Asterisk. They follow from the transfer's id alone, so that a
/// repeated command does no harm and a restarted service knows what is its own.
struct AsteriskNames: Equatable, Sendable {
  static let prefix = "wt-"

  let transfer: TransferID

  var hold: String { "\(Self.prefix)\(transfer)-hold" }
  var talk: String { "\(Self.prefix)\(transfer)-talk" }
  func leg(_ leg: LegID) -> String { "\(Self.prefix)\(transfer)-agent-\(leg.number)" }

  func playback(_ playback: PlaybackID) -> String {
    switch playback {
    case .announcement: "\(Self.prefix)\(transfer)-announcement"
    case .briefing(let leg, let hearing): "\(self.leg(leg))-briefing-\(hearing)"
    case .mergePrompt: "\(Self.prefix)\(transfer)-merge"
    }
  }

  /// The sound file of what the person on this leg is told.
  func briefing(_ leg: LegID) -> String { "\(self.leg(leg))-briefing" }
}

/// What a name in Asterisk stands for, if it is one of ours.
enum AsteriskName: Equatable {
  case hold(TransferID)
  case talk(TransferID)
  case leg(TransferID, LegID)
  case playback(TransferID, PlaybackID)

  init?(parsing name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, parts[0] == "wt", let transfer = TransferID(parts[1]) else { return nil }
    switch parts.dropFirst(2).joined(separator: " ").split(separator: " ").map(String.init) {
    case ["hold"]: self = .hold(transfer)
    case ["talk"]: self = .talk(transfer)
    case ["announcement"]: self = .playback(transfer, .announcement)
    case ["merge"]: self = .playback(transfer, .mergePrompt)
    case let rest where rest.first == "agent" && rest.count >= 2:
      guard let number = Int(rest[1]), number > 0 else { return nil }
      self.init(transfer: transfer, leg: LegID(number), rest: Array(rest.dropFirst(2)))
    default: return nil
    }
  }

  private init?(transfer: TransferID, leg: LegID, rest: [String]) {
    if rest.isEmpty {
      self = .leg(transfer, leg)
    } else if rest.count == 2, rest[0] == "briefing", let hearing = Int(rest[1]) {
      self = .playback(transfer, .briefing(leg, hearing: hearing))
    } else {
      return nil
    }
  }
}
