import ARI
import Runtime
import Transfer
import Transport

// What can only be seen by looking: what happened while nobody was listening, and what nobody was told.
extension TransferCoordinator {
  /// The event stream of this Asterisk is new. Its events wait until `reconnected` comes: what happened before has to be
  /// seen from what is still there.
  mutating func connected(
    to asterisk: ARIInformation,
    of pbx: PBXName,
    callersBefore: Set<String>,
    at now: Moment
  ) {
    if pbxs[pbx, default: .init()].isReconnecting { tell(.reconnected(pbx, .superseded)) }
    pbxs[pbx, default: .init()].looks = [:]
    begin(Look(.reconnection(asterisk, callersBefore: callersBefore)), of: pbx, at: now)
  }

  /// What it was is seen at once: it may have been a caller who came in.
  mutating func missedAnEvent(of pbx: PBXName, at now: Moment) { alarms.set(.audit(pbx), at: now.steady) }

  mutating func audit(_ pbx: PBXName, at now: Moment) {
    alarms.set(.audit(pbx), at: now.steady + Self.auditPause)
    if switchboard.people.waitsForHours { serveEverybody(at: now) }
    guard pbxs[pbx, default: .init()].information != nil else { return }
    begin(Look(.audit(switchboard.expectations(on: pbx))), of: pbx, at: now)
  }

  mutating func begin(_ look: Look, of pbx: PBXName, at now: Moment) {
    looksBegun += 1
    goOn(look, looksBegun, of: pbx, at: now)
  }

  mutating func seen(
    _ number: Int,
    _ answer: Result<AsteriskAnswer, ARIError>,
    of pbx: PBXName,
    at now: Moment
  ) {
    guard var look = pbxs[pbx, default: .init()].looks.removeValue(forKey: number) else { return }
    switch answer {
    case .failure(let error): failed(look, error, of: pbx, at: now)
    case .success(let answer):
      look.see(answer)
      goOn(look, number, of: pbx, at: now)
    }
  }

  private mutating func goOn(_ look: Look, _ number: Int, of pbx: PBXName, at now: Moment) {
    var look = look
    guard let request = look.next() else { return finished(look, of: pbx, at: now) }
    pbxs[pbx, default: .init()].looks[number] = look
    ask(request, of: pbx, for: .look(number))
  }

  private mutating func failed(_ look: Look, _ error: ARIError, of pbx: PBXName, at now: Moment) {
    switch look.purpose {
    case .reconnection: tell(.reconnected(pbx, error))
    case .audit: log.debug("audit failed", ["reason": error])
    // As Asterisk said.
    case .whereabouts(let channel): take(.stasisEnd(channel), from: pbx, at: now)
    }
  }

  private mutating func finished(_ look: Look, of pbx: PBXName, at now: Moment) {
    if let again = look.again { return begin(again, of: pbx, at: now) }
    switch look.purpose {
    case .reconnection(let asterisk, let callersBefore):
      reconnected(to: asterisk, of: pbx, look, callersBefore, at: now)
    case .audit(let expectations): audited(expectations, look, of: pbx, at: now)
    case .whereabouts(let channel): found(channel, look, of: pbx, at: now)
    }
  }

  // MARK: After a reconnection

  private mutating func reconnected(
    to asterisk: ARIInformation,
    of pbx: PBXName,
    _ look: Look,
    _ callersBefore: Set<String>,
    at now: Moment
  ) {
    if let former = pbxs[pbx, default: .init()].information, former.startedAt != asterisk.startedAt {
      let lost = switchboard.transfers(on: pbx).count
      log.warning("Asterisk was restarted, its calls are gone", ["transfers": lost])
    }
    pbxs[pbx, default: .init()].information = asterisk
    pbxs[pbx, default: .init()].writesCDR = look.writesCDR
    let view = look.view(ofRun: asterisk.startedAt)
    let newcomers = view.newcomers(to: application, besides: switchboard.channelsOfOthers(on: pbx))
    resume(after: view, of: pbx, at: now)
    // Of the others the stream is about to tell, with the arguments that they really have.
    let untold = newcomers.filter { callersBefore.contains($0.channel.id) }
    let told = newcomers.map(\.channel.id).filter { !callersBefore.contains($0) }
    pbxs[pbx, default: .init()].suspicions = Set(told.map { .unknownCaller($0) })
    for (channel, arguments) in untold { comeIn(channel, on: pbx, arguments, at: now) }
    let leftovers = view.leftovers(besides: Set(switchboard.transfers(on: pbx).keys))
    if !leftovers.isEmpty { log.warning("released leftover channels and bridges", ["objects": leftovers.count]) }
    for command in leftovers { ask(.command(command), of: pbx, for: .nothing) }
    setTimersTakenUp(on: pbx)
    alarms.set(.audit(pbx), at: now.steady + (told.isEmpty ? Self.auditPause : Self.secondLook))
    tell(.reconnected(pbx, nil))
    // Keys first: they are heard from here on, and what the phones do can wait.
    watchPhonesFirst(of: pbx, at: now)
  }

  private mutating func comeIn(_ channel: ARIChannel, on pbx: PBXName, _ arguments: [String], at now: Moment) {
    take(.stasisStart(channel, arguments: arguments, replaces: nil), from: pbx, at: now)
    arrivals.wasFound(channel.id(on: pbx))
  }

  // MARK: Audit

  /// No event is lost while the stream is up, as far as anybody knows. A caller must not depend on that.
  private mutating func audited(
    _ expectations: [Switchboard.Expectation],
    _ look: Look,
    of pbx: PBXName,
    at now: Moment
  ) {
    // A stream that is only being made again finds out by itself, and more.
    guard let asterisk = pbxs[pbx, default: .init()].information, look.information == asterisk else { return }
    let view = look.view(ofRun: asterisk.startedAt)
    let news = disappointments(of: expectations, view, of: pbx)
    let known = switchboard.channelsOfOthers(on: pbx).subtracting(switchboard.callersComing(on: pbx))
    let newcomers = view.newcomers(to: application, besides: known.union(arrivals.callersHere(on: pbx)))
    let leftovers = view.leftovers(besides: Set(switchboard.transfers(on: pbx).keys))
    let findings =
      news.map(\.finding) + newcomers.map { .unknownCaller($0.channel.id) } + leftovers.map { .leftOver("\($0)") }
    let believed = pbxs[pbx, default: .init()].suspicions.intersection(findings)
    pbxs[pbx, default: .init()].suspicions = Set(findings).subtracting(believed)
    if !pbxs[pbx, default: .init()].suspicions.isEmpty { alarms.set(.audit(pbx), at: now.steady + Self.secondLook) }
    if pbxs[pbx, default: .init()].phones.areUnknown { watchPhones(of: pbx) }
    if !believed.isEmpty { log.warning("audit found changes that no event reported", ["findings": believed.count]) }
    for (finding, transfer, event) in news where believed.contains(finding) { post(event, to: transfer, at: now) }
    for (channel, arguments) in newcomers where believed.contains(.unknownCaller(channel.id)) {
      comeIn(channel, on: pbx, arguments, at: now)
    }
    for command in leftovers where believed.contains(.leftOver("\(command)")) {
      ask(.command(command), of: pbx, for: .nothing)
    }
  }

  private typealias News = (finding: AuditFinding, transfer: TransferID, event: TransferEvent)

  /// Only what was expected when the look began, and still is, can be missed.
  private func disappointments(
    of expectations: [Switchboard.Expectation],
    _ view: AsteriskView,
    of pbx: PBXName
  ) -> [News] {
    let current = Set(switchboard.expectations(on: pbx).map(\.channel))
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

  private mutating func found(_ channel: ARIChannel, _ look: Look, of pbx: PBXName, at now: Moment) {
    // They have come in again: the transfer was asked for twice.
    if look.inHand.contains(channel.id) { return }
    let isThere = look.channels.contains { $0.id == channel.id && !$0.hasHungUp }
    if isThere, let transfer = switchboard.transfer(ofCaller: channel.id(on: pbx)) {
      post(.caller(.takenAway), to: transfer, at: now)
    } else {
      take(.stasisEnd(channel), from: pbx, at: now)
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
