import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

// The way to Asterisk and back: commands one by one in the lane of their transfer, answers, and events, each of which
// may go astray.
extension Simulation {
  /// Sends the next command of the lane, unless one is on the way.
  func sendNext(_ line: Int) {
    let lane = lines[line]
    while !lane.isWaiting, let order = lane.orders.first {
      if order == .lookIntoTalk {
        finishOrder(lane)
        lookIntoTalk(line)
        continue
      }
      let commands = lane.commands ?? commands(for: order, lane)
      lane.commands = commands
      if let next = commands.first { return send(next, line) }
      finishOrder(lane)
      if order == .discardSpeech { lane.speechIsThere = false }
      if order.wantsConfirmation { post(.commandSucceeded(order), to: line) }
    }
  }

  private func lookIntoTalk(_ line: Int) {
    guard let machine = switchboard.machines[lines[line].call.request.id] else { return }
    post(machine.talk(in: asterisk.bridges.values.map(ARIBridge.listed)), to: line)
  }

  private func commands(for order: TransferEffect, _ lane: Line) -> ArraySlice<AsteriskCommand> {
    let id = lane.call.request.id
    let commands = switchboard.commands(for: order, of: id)
    return (fault?.sends(order, commands, switchboard.machines[id]?.phase) ?? commands)[...]
  }

  private func finishOrder(_ lane: Line) {
    lane.orders.removeFirst()
    lane.commands = nil
    lane.attempt = 1
  }

  private func send(_ command: AsteriskCommand, _ line: Int) {
    commandsSent += 1
    let ticket = commandsSent
    lines[line].isWaiting = true
    lines[line].commandsSent += 1
    witness.sends(command, line, lines)
    let fate = fate(of: command, lines[line])
    chronicle.note(clock.now, "\(id(line))    \(ticket)> \(command.inShort)")
    requests[ticket] = Request(line: line, command: command, answerIsLost: fate.losesTheAnswer)
    switch fate {
    case .works: break
    case .fails(let status): clock.plan(.answered(ticket, .status(status)), in: random.milliseconds(1...5))
    case .neverArrives, .answerIsLost, .arrivesTooLate:
      clock.plan(.answered(ticket, nil), in: Self.timeout(of: command))
    }
    switch fate {
    case .fails, .neverArrives: break
    case .works, .answerIsLost: clock.plan(.reaches(ticket, command), in: random.milliseconds(0...2))
    case .arrivesTooLate:
      strays.insert(ticket)
      clock.plan(.reaches(ticket, command), in: Self.timeout(of: command) + random.milliseconds(-3...3_000))
    }
  }

  /// Who is said not to be there when they go is looked for once more, and then believed to have gone.
  private func fate(of command: AsteriskCommand, _ lane: Line) -> Disturbance.Fate {
    let fate = scenario.disturbance.fate(of: command, attempt: lane.attempt, &random)
    guard case .fails(let status) = fate, status != 500, command.sendsAway(lane.call.request.caller.channel) else {
      return fate
    }
    defer { lane.callerWasDenied = true }
    return lane.callerWasDenied ? .works : fate
  }

  func reach(_ ticket: FakeAsterisk.Ticket, _ command: AsteriskCommand) {
    for mishap in scenario.disturbance.mishaps {
      let isDue = mishap.atCommand.map { $0 == ticket } ?? command.joinsTwo
      if isDue { suffer(mishap, ticket) }
    }
    let isStray = strays.remove(ticket) != nil
    if isStray { noteStray(command) }
    let line = isStray ? nil : requests[ticket]?.line
    let talk = line.flatMap { witness.conversation($0, lines, asterisk) }
    let answer = asterisk.perform(command, ticket, at: clock.now)
    if let line, let talk { witness.looksAfter(talk, command, line, asterisk) }
    if case .originate(let origination) = command, answer == .done { newestLeg = origination.channelID }
    // Gone, as far as anybody knows: what has taken its place has not shown itself yet.
    if case .hangUp(let channel) = command, answer == .status(404) { witness.excuses(channel.stem) }
    if answer != .later {
      answerArrives(ticket, answer)
    } else {
      clock.plan(.answered(ticket, nil), in: Self.timeout(of: command))
    }
  }

  private static func timeout(of command: AsteriskCommand) -> Int64 {
    command.isNote ? AsteriskCommand.longestNote.milliseconds : requestTimeout
  }

  /// Nobody can know any more that this phone is going to ring.
  private func noteStray(_ command: AsteriskCommand) {
    chronicle.note(clock.now, "    ! comes too late: \(command.inShort)")
    if case .originate(let origination) = command { witness.excuses(origination.channelID) }
  }

  private func answerArrives(_ ticket: FakeAsterisk.Ticket, _ answer: FakeAsterisk.Answer) {
    guard let request = requests[ticket], !request.answerIsLost else { return }
    clock.plan(.answered(ticket, answer), in: random.milliseconds(0...2))
  }

  func answered(_ ticket: FakeAsterisk.Ticket, _ answer: FakeAsterisk.Answer?) {
    guard let request = requests.removeValue(forKey: ticket) else { return }
    let line = request.line
    if request.command.isNote { return noted(line, answer) }
    if answer == .done || answer == .status(409) && request.command.wasDone(before: lines[line].attempt) {
      lines[line].isWaiting = false
      lines[line].commands?.removeFirst()
      lines[line].attempt = 1
      return sendNext(line)
    }
    chronicle.note(clock.now, "\(id(line))    \(ticket)< \(answer.map { "\($0)" } ?? "no answer")")
    if answer == nil, request.command.mayBeRepeated, lines[line].attempt < Self.attempts {
      lines[line].attempt += 1
      return planForThisLife(.repeats(line), in: Self.retryPause)
    }
    lines[line].isWaiting = false
    fail(request, line, answer)
  }

  /// After one that has failed no other is tried.
  private func noted(_ line: Int, _ answer: FakeAsterisk.Answer?) {
    lines[line].isWaiting = false
    lines[line].commands?.removeFirst()
    if answer != .done { lines[line].commands?.removeAll { $0.isNote } }
    sendNext(line)
  }

  private func fail(_ request: Request, _ line: Int, _ answer: FakeAsterisk.Answer?) {
    let effect = lines[line].orders[0]
    finishOrder(lines[line])
    if case .writeOutcome = effect { lines[line].outcomeCouldNotBeWritten = true }
    lines[line].mayPause(until: clock.now + Witness.longestRepeatPause)
    let kind: ARIError.Kind =
      switch answer {
      case .status(404): .notFound
      case .status(409): .conflict
      case .status(let status): .refused(status: status)
      case .done, .later, nil: .unanswered(.timedOut)
      }
    let failure = CommandFailure(ARIError(kind: kind, operation: "request", message: "made to fail"))
    post(.commandFailed(effect, failure), to: line)
    sendNext(line)
  }

  private func suffer(_ mishap: Disturbance.Mishap, _ ticket: FakeAsterisk.Ticket) {
    guard let line = requests[ticket]?.line else { return }
    let leg = requests[ticket]?.command.lastMember ?? newestLeg ?? ""
    switch mishap.kind {
    case .callerHangsUp:
      clock.plan(.asterisk(.goes(lines[line].call.request.caller.channel, cause: 16)), in: mishap.delay)
    case .legHangsUp: clock.plan(.asterisk(.goes(leg, cause: 16)), in: mishap.delay)
    case .cancelled: clock.plan(.cancelled(line), in: mishap.delay)
    case .legAccepts:
      for key in scenario.manners.accept { clock.plan(.asterisk(.presses(leg, String(key))), in: mishap.delay) }
    }
  }

  // MARK: What Asterisk says

  /// Takes away what the fake has to tell, and sends it on its way.
  func hearAsterisk() {
    for (ticket, answer) in asterisk.answers { answerArrives(ticket, answer) }
    asterisk.answers.removeAll(keepingCapacity: true)
    for (moment, happening) in asterisk.plans { clock.plan(.asterisk(happening), at: moment) }
    asterisk.plans.removeAll(keepingCapacity: true)
    for origination in asterisk.rung { ring(origination) }
    asterisk.rung.removeAll(keepingCapacity: true)
    for (subject, event) in asterisk.said {
      witness.occurs(event, owner(of: subject), asterisk)
      deliver(event, about: subject)
    }
    asterisk.said.removeAll(keepingCapacity: true)
  }

  private func ring(_ origination: ARIChannels.Origination) {
    if let line = owner(of: origination.channelID) { witness.rings(origination, line, asterisk) }
    let isBusy = scenario.otherCalls.contains {
      $0.endpoint == origination.endpoint && ($0.from..<$0.to).contains(clock.now)
    }
    let person = FarEnd(scenario.manners, isBusy: isBusy, &random)
    asterisk.verdicts[origination.channelID] = person.verdict
    var channel = origination.channelID
    for deed in person.deeds where !(scenario.disturbance.hidesReplacements && deed.isReplacement) {
      let happening: FakeAsterisk.Happening =
        switch deed.kind {
        case .rings: .rings(channel)
        case .answers: .answers(channel)
        case .presses(let key): .presses(channel, key)
        case .goes(let cause): .goes(channel, cause: cause)
        case .isReplaced: .isReplaced(channel, by: Self.successor(of: channel))
        case .isPickedUp: .isPickedUp(channel, by: Self.successor(of: channel))
        }
      clock.plan(.asterisk(happening), in: deed.after)
      switch deed.kind {
      case .isReplaced, .isPickedUp: channel = Self.successor(of: channel)
      case .rings, .answers, .presses, .goes: break
      }
    }
  }

  private func deliver(_ event: ARIEvent, about subject: String) {
    let disturbance = scenario.disturbance
    let line = owner(of: subject)
    if !isAlive {
      if let line { lines[line].isInterrupted = true }
      return
    }
    if disturbance.isDropped(event, at: clock.now, &random) {
      chronicle.note(clock.now, "    ! lost: \(event.inShort)")
      if let line {
        lines[line].eventWasLost = true
        lines[line].mayPause(until: clock.now + Witness.longestDoubt)
      }
      return
    }
    var arrival = clock.now + random.milliseconds(0...2)
    if disturbance.late > 0, random.chance(disturbance.late) { arrival += random.milliseconds(5...1_500) }
    arrival = max(arrival, lastArrival[subject.stem] ?? 0)
    lastArrival[subject.stem] = arrival
    let isTwice = disturbance.twice > 0 && random.chance(disturbance.twice)
    for _ in 0...(isTwice ? 1 : 0) {
      if let line { lines[line].eventsOnTheWay += 1 }
      planForThisLife(.said(event, about: line), in: arrival - clock.now)
    }
  }

  /// Callers are `caller-1`, and everything of a transfer `wt-t1-...`; phones are nobody's.
  private func owner(of subject: String) -> Int? {
    guard !subject.hasPrefix("PJSIP"), let digit = subject.utf8.first(where: { $0 > 48 && $0 < 58 }) else { return nil }
    let line = Int(digit) - 49
    return lines.indices.contains(line) ? line : nil
  }
}

extension AsteriskCommand {
  /// For a story.
  fileprivate var inShort: String {
    if case .originate(let phone) = self { "originate(\(phone.endpoint) as \(phone.channelID))" } else { "\(self)" }
  }

  fileprivate var joinsTwo: Bool { lastMember != nil }

  /// Who is joined with a caller.
  fileprivate var lastMember: String? {
    if case .add(let members, _) = self, members.count > 1 { members.last } else { nil }
  }

  fileprivate func sendsAway(_ caller: String) -> Bool {
    switch self {
    case .continueInDialplan(let channel), .move(let channel, _, _), .hangUp(let channel): channel.stem == caller
    default: false
    }
  }
}
