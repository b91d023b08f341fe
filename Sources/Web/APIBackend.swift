package import Transfer
package import Transport

/// What the API asks of the service. Whoever asks has been let in already, and what they say has its form and its
/// limits already; whether it makes sense just now is decided here.
package protocol APIBackend: PageBackend, ReportsBackend, MessagesBackend, CallbacksBackend, ToolsBackend, TurnsBackend,
  BriefsBackend
{
  func begin(_ order: TransferOrder) async throws(Refusal) -> TransferReport
  /// Newest first, at most `query.limit` of them.
  func transfers(_ query: TransferQuery) async throws(Refusal) -> [TransferReport]
  func transfer(_ id: TransferID) async throws(Refusal) -> TransferReport
  /// Everything that is written of it.
  func story(of id: TransferID) async throws(Refusal) -> JSON
  /// As a WAVE file.
  func briefing(of id: TransferID) async throws(Refusal) -> [UInt8]
  func decide(
    _ decision: Decision,
    on id: TransferID,
    target: String?,
    by requester: String
  ) async throws(Refusal) -> TransferReport

  /// For a transfer of that channel that is asked for later. What was kept before is forgotten.
  func keep(_ context: CallContext, for channel: String) async throws(Refusal)
  func context(for channel: String) async throws(Refusal) -> CallContext
  func forgetContext(for channel: String) async throws(Refusal)

  func agents() async -> [AgentReport]
  func setAvailability(_ isAvailable: Bool, of agent: String) async throws(Refusal) -> AgentReport

  /// Those after the one of that id, and then what happens; without an id only what happens. A stream that could not
  /// take an event ends: nothing is left out in silence, and its reader comes back with the id that it saw last.
  func events(after id: Int64?) async throws(Refusal) -> AsyncStream<ServiceEvent>

  /// Nobody is called, and nothing is sent or written. One at a time.
  func simulate(_ asked: SimulationAsked) async throws(Refusal) -> JSON

  func readiness() async -> Readiness
  /// In the text format of Prometheus.
  func metrics() async -> String
}

/// `POST /v1/transfers`
package struct TransferOrder: Equatable, Sendable {
  /// Asterisk's id of the caller's channel.
  package var channel: String
  /// The name of a target or of a group; nil: the rules choose.
  package var target: String?
  /// The Stasis app that the caller goes back to; nil: as the conf file says.
  package var returnTo: String?
  /// In the waiting line, see `Priority`; nil: as the dialplan, a rule or a fact says.
  package var priority: Int?
  package var context: CallContext
  /// The name of the token with which it was posted.
  package var requestedBy: String

  package init(
    channel: String,
    target: String? = nil,
    returnTo: String? = nil,
    priority: Int? = nil,
    context: CallContext = .init(),
    requestedBy: String
  ) {
    self.channel = channel
    self.target = target
    self.returnTo = returnTo
    self.priority = priority
    self.context = context
    self.requestedBy = requestedBy
  }
}

package struct TransferQuery: Equatable, Sendable {
  /// The place of a transfer in the list of all, which stays the same while others come and go.
  package struct Position: Equatable, Sendable {
    package var requestedAt: WallTime
    package var id: TransferID

    package init(requestedAt: WallTime, id: TransferID) {
      self.requestedAt = requestedAt
      self.id = id
    }
  }

  package var phase: TransferMachine.Phase?
  /// Requested then or later.
  package var since: WallTime?
  /// The caller's, which may have been another at the beginning.
  package var channel: String?
  package var limit: Int
  /// Only those that are older than this one; of the same age, those with a lower id.
  package var before: Position?

  package init(
    phase: TransferMachine.Phase? = nil,
    since: WallTime? = nil,
    channel: String? = nil,
    limit: Int,
    before: Position? = nil
  ) {
    self.phase = phase
    self.since = since
    self.channel = channel
    self.limit = limit
    self.before = before
  }
}

package enum Decision: String, Sendable, CaseIterable {
  /// In place of the key, by a person who is being briefed.
  case accept
  case decline
  /// The caller goes back.
  case cancel
}

/// One transfer as it is now.
package struct TransferReport: Equatable, Sendable {
  package var id: TransferID
  package var phase: TransferMachine.Phase
  package var requestedAt: WallTime
  package var endedAt: WallTime?
  package var channel: String
  package var callerNumber: String
  /// The target or group that was asked for or chosen; nil when it was refused.
  package var party: String?
  /// Those who are rung, briefed or connected just now.
  package var targets: [String]
  /// Where the caller stands in line, 1 for the next; nil for one who does not wait.
  package var place: Int?
  /// How long it will probably take until they are connected; nil without experience.
  package var estimatedWait: Duration?
  package var outcome: Outcome?
  package var context: CallContext
  /// What a voice agent can say to the caller of it.
  package var say: String?
  /// Why most of it is not known: its record cannot be read.
  package var unreadable: String?

  package init(
    id: TransferID,
    phase: TransferMachine.Phase,
    requestedAt: WallTime,
    endedAt: WallTime? = nil,
    channel: String,
    callerNumber: String = "",
    party: String? = nil,
    targets: [String] = [],
    outcome: Outcome? = nil,
    context: CallContext = .init()
  ) {
    self.id = id
    self.phase = phase
    self.requestedAt = requestedAt
    self.endedAt = endedAt
    self.channel = channel
    self.callerNumber = callerNumber
    self.party = party
    self.targets = targets
    self.outcome = outcome
    self.context = context
  }
}

/// A target of the conf file, and what they are doing now.
package struct AgentReport: Equatable, Sendable {
  /// What Asterisk knows of their phone.
  package enum Device: String, Sendable, CaseIterable {
    case free, ringing, busy, unreachable, unknown
  }

  package struct Call: Equatable, Sendable {
    package var transfer: TransferID
    package var phase: TransferMachine.Phase

    package init(transfer: TransferID, phase: TransferMachine.Phase) {
      self.transfer = transfer
      self.phase = phase
    }
  }

  package var name: String
  package var spokenName: String
  /// False for somebody who has signed off.
  package var isAvailable: Bool
  /// They were signed off because they have missed so many calls in a row.
  package var missedCalls: Int?
  package var device: Device
  /// The transfers for which they are rung, briefed or connected.
  package var calls: [Call]

  package init(name: String, spokenName: String, isAvailable: Bool, device: Device, calls: [Call] = []) {
    self.name = name
    self.spokenName = spokenName
    self.isAvailable = isAvailable
    self.device = device
    self.calls = calls
  }
}
