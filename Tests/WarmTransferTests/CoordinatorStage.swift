import Runtime
import Settings
import Store
import Testing
import Transfer
import Transport
import Web

@testable import ARI
@testable import Settings
@testable import WarmTransfer

/// A coordinator on a clock of the test's, and what it wants done.
struct Stage {
  var coordinator: TransferCoordinator
  var now = Moment(WallTime(milliseconds: 1_800_000_000_000))
  /// What was asked and is not answered, by ticket.
  private(set) var open: [(ticket: Int, request: AsteriskRequest, pbx: PBXName)] = []
  /// All that was asked.
  private(set) var asked: [AsteriskRequest] = []
  private(set) var briefsAsked: [(token: BriefToken, caller: ChannelID)] = []
  var diskWrites = true
  private let journal = Journal()
  /// The rows of the journal.
  var written: [JournalEntry] { journal.entries }
  private(set) var handedOver: [Int: Result<TransferID, Refusal>] = [:]

  init(conf: String = "[billing]\ntype = target\ndial = PJSIP/billing\n") throws {
    let text = "[general]\nari_username = a\nari_password = b\n\n" + conf
    let files = ConfFiles { _, _ throws(ConfFiles.ReadError) in
      Array(text.utf8)
    } expand: {
      [$0]
    }
    let callers = Numbers()
    let journal = journal
    let first = try #require(TransferID("k3"))
    coordinator = TransferCoordinator(
      settings: try Settings.load("warm_transfer.conf", from: files),
      log: Log(minimum: .error, sink: { _ in }),
      identify: { _ in TransferID("k\(2 + callers.next())") ?? first },
      append: { journal.append($0) }
    )
  }

  // Sendable unchecked: a test is one thread's.
  private final class Journal: @unchecked Sendable {
    private(set) var entries: [JournalEntry] = []

    func append(_ entry: JournalEntry) -> UInt64 {
      entries.append(entry)
      return UInt64(entries.count)
    }
  }

  /// Counts from 1.
  // Sendable unchecked: a test is one thread's.
  private final class Numbers: @unchecked Sendable {
    private var last: UInt64 = 0

    func next() -> UInt64 {
      last += 1
      return last
    }
  }

  /// Told something; the disk writes at once, if it does.
  mutating func tell(_ tell: (inout TransferCoordinator, Moment) throws -> Void) rethrows {
    try tell(&coordinator, now)
    if diskWrites { coordinator.written(JournalProgress(written: .max), at: now) }
    for work in coordinator.takeWork() {
      switch work {
      case .ask(let ticket, let request, let pbx, _):
        asked.append(request)
        open.append((ticket, request, pbx))
      case .handedOver(let ticket, let result): handedOver[ticket] = result
      case .readBrief(let token, let caller): briefsAsked.append((token, caller))
      case .speak, .discardSpeech, .askDispatcher, .summarize, .report, .reconnected: break
      }
    }
  }

  /// Answers the oldest request of this kind.
  mutating func answer(
    _ answer: Result<AsteriskAnswer, ARIError>,
    of pbx: PBXName = .main,
    to isMeant: (AsteriskRequest) -> Bool
  ) throws {
    let index = try #require(open.firstIndex { $0.pbx == pbx && isMeant($0.request) }, "\(open.map(\.request))")
    let ticket = open.remove(at: index).ticket
    tell { $0.answered(ticket, answer, at: $1) }
  }

  /// Asterisk does all that it is asked for, and all that follows from that.
  mutating func obeys() {
    while let next = open.first {
      open.removeFirst()
      tell { $0.answered(next.ticket, .success(.done), at: $1) }
    }
  }

  mutating func passes(_ wait: Duration) {
    now = now + wait
    tell { $0.timePassed(at: $1) }
  }

  /// An Asterisk with these channels, in none of which anybody talks.
  mutating func sees(
    _ channels: [ARIChannel],
    inHand: [String],
    _ information: ARIInformation? = nil,
    of pbx: PBXName = .main
  ) throws {
    if let information {
      try answer(.success(.information(information)), of: pbx) { $0 == .information }
    } else {
      try answer(.success(.names(inHand)), of: pbx) { $0 == .channelsInHand }
    }
    try answer(.success(.channels(channels)), of: pbx) { $0 == .channels }
    try answer(.success(.bridges([])), of: pbx) { $0 == .bridges }
    try answer(.success(.names(inHand)), of: pbx) { $0 == .channelsInHand }
  }

  /// With these channels, all of them in our application: since before the stream was there, unless it says otherwise.
  mutating func connects(
    to pbx: PBXName = .main,
    _ information: ARIInformation = Self.asterisk,
    _ channels: [ARIChannel] = [],
    before: Set<String>? = nil
  ) throws {
    let before = before ?? Set(channels.map(\.id))
    tell { $0.connected(to: information, of: pbx, callersBefore: before, at: $1) }
    try sees(channels, inHand: channels.map(\.id), of: pbx)
    try answer(.success(.isSo(false)), of: pbx) { if case .moduleIsRunning = $0 { true } else { false } }
  }

  static let asterisk = ARIInformation(["system": ["version": "22"], "status": ["startup_time": "today"]])

  static func channel(_ id: String) throws -> ARIChannel {
    try ARIChannel([
      "id": .string(id), "name": "PJSIP/x-1", "state": "Up",
      "dialplan": ["app_name": "Stasis", "app_data": "warm-transfer"],
    ])
  }

  var transfers: Int { coordinator.switchboard.machines.count }
}
