import ARI
import Runtime
import Settings
import Store
import Transfer
import Transport
import Web

/// What the web pages ask of the service.
extension ServiceBackend {
  func makeLink(for agent: String) async throws(Refusal) -> AgentLink {
    try await checkAgent(agent)
    return try await signIns.makeLink(for: agent)
  }

  func endSessions(of agent: String) async throws(Refusal) {
    try await checkAgent(agent)
    try await signIns.endAll(of: agent)
  }

  private func checkAgent(_ agent: String) async throws(Refusal) {
    guard await coordinator.settings.targets.contains(where: { $0.name == agent }) else { throw .unknownAgent }
  }

  func signIn(withLink secret: String) async throws(Refusal) -> NewSession? { try await signIns.useLink(secret) }

  func signIn(with token: AccessToken) async throws(Refusal) -> NewSession { try await signIns.signIn(with: token) }

  func session(_ secret: String) async -> BrowserSession? {
    let settings = await coordinator.settings
    return await signIns.session(secret, settings.api, agents: settings.targets.map(\.name))
  }

  func signOut(_ session: BrowserSession) async throws(Refusal) { try await signIns.end(session.digest) }

  /// Also nil as soon as one of them may not look any more.
  func update(for viewer: Viewer, after revision: Int64?) async -> LiveUpdate? {
    let update = await live.update(for: viewer, after: revision)
    let settings = await coordinator.settings
    for session in [viewer.desk, viewer.board].compactMap({ $0 }) {
      let now = await signIns.session(
        digest: session.digest,
        settings.api,
        agents: settings.targets.map(\.name)
      )
      if now != session { return nil }
    }
    return update
  }

  func carryOut(_ order: DeskOrder, by agent: String) async throws(Refusal) {
    if case .setAvailable(let isAvailable) = order { _ = try await setAvailability(isAvailable, of: agent) }
    if case .wrapUp(let id, let answer?, let note) = order {
      try await write(WrapUp(answer, note: note, by: agent, at: SystemClock().wall), of: id)
    }
    try await coordinator.carryOut(order, by: agent)
  }

  /// What is said of a call is kept before the next one comes.
  private func write(_ wrapUp: WrapUp, of id: TransferID) async throws(Refusal) {
    guard await coordinator.isWrappingUp(id, wrapUp.by) else { throw .unknownTransfer }
    do throws(JournalError) {
      guard try await journal.recordWrapUp(wrapUp, of: id) else { throw JournalError(.unusable, "no such transfer") }
    } catch {
      throw error.kind == .unusable ? .unknownTransfer : .unwritable(error)
    }
  }

  /// For the board.
  static func health(
    _ coordinator: CoordinatorRunner,
    _ pbx: PBX,
    _ reader: RecordReader
  ) async -> JSON {
    let parts = await readiness(coordinator, pbx).parts.map { part -> JSON in
      ["name": .string(part.name), "ready": .bool(part.isReady), "state": .string(part.state)]
    }
    return .object(["parts": .array(parts + [await webhooks(coordinator, reader)])])
  }

  private static let mostUndelivered = 1_000

  private static func webhooks(_ coordinator: CoordinatorRunner, _ reader: RecordReader) async -> JSON {
    let isUsed = await !coordinator.settings.webhooks.isEmpty
    var (isReady, state) = (true, isUsed ? "all delivered" : "none configured")
    do throws(JournalError) {
      let waiting = try await reader.read { records throws(JournalError) in
        try records.undelivered(limit: mostUndelivered)
      }
      let lost = waiting.count { $0.gaveUpAt != nil }
      let retried = waiting.count { $0.gaveUpAt == nil && $0.attempts > 0 }
      if retried > 0 { (isReady, state) = (false, "\(retried) are being retried") }
      if lost > 0 { (isReady, state) = (false, "\(lost) given up, \(retried) being retried") }
    } catch {
      (isReady, state) = (false, "cannot be read")
    }
    return ["name": "webhooks", "ready": .bool(isReady), "state": .string(state)]
  }
}
