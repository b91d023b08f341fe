import ARI
import Runtime
import Transfer
import Transport

// What can only be seen by looking: what happened while nobody was listening, and what nobody was told.
extension TransferCoordinator {
  /// The event stream is new. Its events wait until `reconnected` comes: what happened before has to be seen from what
  /// is still there.
  mutating func connected(to asterisk: ARIInformation, at now: Moment) {
    if isReconnecting { tell(.reconnected(.superseded)) }
    looks = [:]
    begin(Look(.reconnection(asterisk)), at: now)
  }

  var isReconnecting: Bool {
    looks.values.contains { if case .reconnection = $0.purpose { true } else { false } }
  }

  /// What it was is seen at once: it may have been a caller who came in.
  mutating func missedAnEvent(at now: Moment) { alarms.set(.audit, at: now.steady) }

  mutating func audit(at now: Moment) {
    alarms.set(.audit, at: now.steady + Self.auditPause)
    if asterisk != nil { begin(Look(.audit(switchboard.expectations)), at: now) }
  }

  mutating func begin(_ look: Look, at now: Moment) {
    looksBegun += 1
    goOn(look, looksBegun, at: now)
  }

  mutating func seen(_ number: Int, _ answer: Result<AsteriskAnswer, ARIError>, at now: Moment) {
    guard var look = looks.removeValue(forKey: number) else { return }
    switch answer {
    case .failure(let error): failed(look, error, at: now)
    case .success(let answer):
      look.see(answer)
      goOn(look, number, at: now)
    }
  }

  private mutating func goOn(_ look: Look, _ number: Int, at now: Moment) {
    var look = look
    guard let request = look.next() else { return finished(look, at: now) }
    looks[number] = look
    ask(request, for: .look(number))
  }

  private mutating func failed(_ look: Look, _ error: ARIError, at now: Moment) {
    switch look.purpose {
    case .reconnection: tell(.reconnected(error))
    case .audit: log.debug("audit failed", ["reason": error])
    // As Asterisk said.
    case .whereabouts(let channel): take(.stasisEnd(channel), at: now)
    }
  }

  private mutating func finished(_ look: Look, at now: Moment) {
    switch look.purpose {
    case .reconnection(let asterisk): reconnected(to: asterisk, look, at: now)
    case .audit(let expectations): audited(expectations, look, at: now)
    case .whereabouts(let channel): found(channel, look, at: now)
    }
  }

  // MARK: After a reconnection

  private mutating func reconnected(to asterisk: ARIInformation, _ look: Look, at now: Moment) {
    if let former = self.asterisk, former.startedAt != asterisk.startedAt {
      log.warning("Asterisk was restarted, its calls are gone", ["transfers": switchboard.machines.count])
    }
    self.asterisk = asterisk
    suspicions = []
    switchboard.writesCDR = look.writesCDR
    let view = look.view(ofRun: asterisk.startedAt)
    let newcomers = view.newcomers(besides: switchboard.channelsOfOthers)
    resume(after: view, at: now)
    for (channel, arguments) in newcomers { comeIn(channel, arguments, at: now) }
    let leftovers = view.leftovers(besides: Set(switchboard.machines.keys))
    if !leftovers.isEmpty { log.warning("released leftover channels and bridges", ["objects": leftovers.count]) }
    for command in leftovers { ask(.command(command), for: .nothing) }
    setTimersTakenUp()
    alarms.set(.audit, at: now.steady + Self.auditPause)
    tell(.reconnected(nil))
    // Keys first: they are heard from here on, and what the phones do can wait.
    watchPhonesFirst(at: now)
  }

  private mutating func comeIn(_ channel: ARIChannel, _ arguments: [String], at now: Moment) {
    take(.stasisStart(channel, arguments: arguments, replaces: nil), at: now)
  }

  // MARK: Audit

  /// No event is lost while the stream is up, as far as anybody knows. A caller must not depend on that.
  private mutating func audited(_ expectations: [Switchboard.Expectation], _ look: Look, at now: Moment) {
    // A stream that is only being made again finds out by itself, and more.
    guard let asterisk, look.information == asterisk else { return }
    let view = look.view(ofRun: asterisk.startedAt)
    let news = disappointments(of: expectations, view)
    let known = switchboard.channelsOfOthers.subtracting(switchboard.callersComing).union(arrivals.callersHere)
    let newcomers = view.newcomers(besides: known)
    let leftovers = view.leftovers(besides: Set(switchboard.machines.keys))
    let findings =
      news.map(\.finding) + newcomers.map { .unknownCaller($0.channel.id) } + leftovers.map { .leftOver("\($0)") }
    let believed = suspicions.intersection(findings)
    suspicions = Set(findings).subtracting(believed)
    if !suspicions.isEmpty { alarms.set(.audit, at: now.steady + Self.secondLook) }
    if phones.areUnknown { watchPhones() }
    if !believed.isEmpty { log.warning("audit found changes that no event reported", ["findings": believed.count]) }
    for (finding, transfer, event) in news where believed.contains(finding) { post(event, to: transfer, at: now) }
    for (channel, arguments) in newcomers where believed.contains(.unknownCaller(channel.id)) {
      comeIn(channel, arguments, at: now)
    }
    for command in leftovers where believed.contains(.leftOver("\(command)")) { ask(.command(command), for: .nothing) }
  }

  private typealias News = (finding: AuditFinding, transfer: TransferID, event: TransferEvent)

  /// Only what was expected when the look began, and still is, can be missed.
  private func disappointments(of expectations: [Switchboard.Expectation], _ view: AsteriskView) -> [News] {
    let current = Set(switchboard.expectations.map(\.channel))
    return expectations.filter { current.contains($0.channel) }.compactMap { expectation in
      expectation.disappointment(by: view.channels[expectation.channel]).map { event in
        let finding = AuditFinding.missing(channel: expectation.channel, expectation.transfer)
        return (finding, expectation.transfer, replacement(expectation, view) ?? event)
      }
    }
  }

  /// Somebody else stands in the place of the one who is missing.
  private func replacement(_ expectation: Switchboard.Expectation, _ view: AsteriskView) -> TransferEvent? {
    guard let sighting = switchboard.machines[expectation.transfer].map(view.sighting) else { return nil }
    switch expectation.otherwise {
    case .caller(.left): return sighting.callersReplacement.map { .caller(.becameChannel($0)) }
    case .leg(let leg, _): return sighting.replacements[leg].map { .leg(leg, .becameChannel($0)) }
    default: return nil
    }
  }

  // MARK: A caller who has left

  private mutating func found(_ channel: ARIChannel, _ look: Look, at now: Moment) {
    // They have come in again: the transfer was asked for twice.
    if look.inHand.contains(channel.id) { return }
    let isThere = look.channels.contains { $0.id == channel.id && !$0.hasHungUp }
    if isThere, let transfer = switchboard.transfer(ofCaller: channel.id) {
      post(.caller(.takenAway), to: transfer, at: now)
    } else {
      take(.stasisEnd(channel), at: now)
    }
  }
}

extension ARIError {
  fileprivate static let superseded = ARIError(
    kind: .unanswered(.cancelled),
    operation: "reconnection",
    message: "the event stream is newer"
  )
}
