import Transfer

/// The names of everything that a transfer makes in Asterisk. They follow from the transfer's id alone, so that a
/// repeated command does no harm and a restarted service knows what is its own.
struct AsteriskNames: Equatable, Sendable {
  static let prefix = "wt-"
  static let deadMansSwitch = "TIMEOUT(absolute)"
  /// On the caller's channel: the transfer that it was in last.
  static let lastTransfer = "WT_TRANSFER_ID"

  let transfer: TransferID

  private var mine: String { "\(Self.prefix)\(transfer)" }

  var bridge: String { "\(mine)-talk" }
  func leg(_ leg: LegID) -> String { "\(mine)-agent-\(leg.number)" }
  /// The copy of what the person on this leg says.
  func snoop(_ leg: LegID) -> String { "\(self.leg(leg))-snoop" }

  func playback(_ playback: PlaybackID) -> String {
    switch playback {
    case .announcement: "\(mine)-announcement"
    case .comfort(let time): "\(mine)-comfort-\(time)"
    case .briefing(let leg, let hearing): "\(self.leg(leg))-briefing-\(hearing)"
    case .reminder(let leg, let time): "\(self.leg(leg))-reminder-\(time)"
    case .message(let leg): "\(self.leg(leg))-message"
    case .taken(let leg): "\(self.leg(leg))-taken"
    case .ringing(let leg): "\(self.leg(leg))-ringing"
    case .mergePrompt: "\(mine)-merge"
    case .farewell: "\(mine)-farewell"
    case .menu(let number): "\(mine)-menu-\(number)"
    }
  }

  /// What the caller has said.
  func recording(_ number: Int) -> String { "\(mine)-message-\(number)" }

  func isName(_ name: String) -> Bool { name.hasPrefix(mine + "-") }

  /// The sound file of what is said in this transfer alone.
  func sound(_ speech: SpeechID) -> String {
    switch speech {
    case .announcement: "\(mine)-announcement"
    case .comfort: "\(mine)-comfort"
    case .briefing(let leg): "\(self.leg(leg))-briefing"
    case .reminder(let leg): "\(self.leg(leg))-reminder"
    case .message(let leg): "\(self.leg(leg))-message"
    case .taken: "\(mine)-taken"
    case .mergePrompt: "\(mine)-merge"
    case .farewell: "\(mine)-farewell"
    case .menu(let sentence): "\(mine)-\(sentence.rawValue)"
    }
  }
}

/// What a name in Asterisk stands for, if it is one of ours.
enum AsteriskName: Equatable {
  case bridge(TransferID)
  /// In which an earlier version let its callers wait, and may have left.
  case earlierHold(TransferID)
  case leg(TransferID, LegID)
  case snoop(TransferID, LegID)
  case playback(TransferID, PlaybackID)
  case recording(TransferID, Int)

  init?(parsing name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, parts[0] == "wt", let transfer = TransferID(parts[1]) else { return nil }
    let rest = Array(parts.dropFirst(2))
    switch (rest.first, rest.count) {
    case ("hold", 1): self = .earlierHold(transfer)
    case ("talk", 1): self = .bridge(transfer)
    case ("announcement", 1): self = .playback(transfer, .announcement)
    case ("merge", 1): self = .playback(transfer, .mergePrompt)
    case ("farewell", 1): self = .playback(transfer, .farewell)
    case ("comfort", 2):
      guard let time = Int(rest[1]) else { return nil }
      self = .playback(transfer, .comfort(time))
    case ("menu", 2):
      guard let number = Int(rest[1]) else { return nil }
      self = .playback(transfer, .menu(number))
    case ("message", 2):
      guard let number = Int(rest[1]) else { return nil }
      self = .recording(transfer, number)
    case ("agent", 2...):
      guard let number = Int(rest[1]), number > 0 else { return nil }
      self.init(transfer: transfer, leg: LegID(number), rest: Array(rest.dropFirst(2)))
    default: return nil
    }
  }

  private init?(transfer: TransferID, leg: LegID, rest: [String]) {
    switch (rest.first, rest.count) {
    case (nil, _): self = .leg(transfer, leg)
    // The second is what an earlier version called it, and may have left.
    case ("snoop", 1), ("ear", 1): self = .snoop(transfer, leg)
    case ("message", 1): self = .playback(transfer, .message(leg))
    case ("taken", 1): self = .playback(transfer, .taken(leg))
    case ("ringing", 1): self = .playback(transfer, .ringing(leg))
    case ("briefing", 2):
      guard let hearing = Int(rest[1]) else { return nil }
      self = .playback(transfer, .briefing(leg, hearing: hearing))
    case ("reminder", 2):
      guard let time = Int(rest[1]) else { return nil }
      self = .playback(transfer, .reminder(leg, time))
    default: return nil
    }
  }
}
