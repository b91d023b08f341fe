import ARI
import Transfer
import Transport

@testable import ARI
@testable import Store
@testable import WarmTransfer

// Between the coordinator and the rest of the world: requests, answers and events, each of which may go astray.
extension Simulation {
  func carryOut() {
    for work in coordinator.takeWork() {
      switch work {
      case .ask(let ticket, let request, _, let attempt): send(request, ticket, attempt)
      case .speak(let speech, _, _, let transfer, _):
        if let line = line(of: transfer) { speak(speech, line) } else { speak(speech, ofCallback: transfer) }
      case .discardSpeech(let transfer):
        if let line = line(of: transfer), fault?.discardsSpeech != false { lines[line].speechIsThere = false }
      case .askDispatcher(_, let request): if let line = line(of: request.id) { askDispatcher(line) }
      case .summarize(_, let request): if let line = line(of: request.id) { summarize(line) }
      case .readBrief(_, let caller): coordinator.readBrief(of: caller, .unknown, at: moment)
      case .report(let step): report(step)
      case .handedOver(let ticket, let result): handedOver(ticket, result)
      case .reconnected(_, let error): reconnected(error)
      }
    }
    writeSoon()
  }

  private func report(_ step: Switchboard.Step) {
    stepsTaken += 1
    planTheCrash()
    note(step.transfer, step.event, step.effects, from: step.before, to: step.after, step.outcome)
    for command in fault?.follows(step, &coordinator) ?? [] {
      chronicle.note(clock.now, "\(step.transfer)    MISTAKE \(command)")
      requestsSent += 1
      let line = line(of: step.transfer)
      let talk = line.flatMap { witness.conversation($0, lines, asterisk) }
      _ = asterisk.perform(command, -requestsSent, at: clock.now)
      if let line, let talk { witness.looksAfter(talk, command, line, asterisk) }
    }
  }

  /// From now on it is a part of what has happened, whatever becomes of the service.
  func note(
    _ transfer: TransferID,
    _ event: TransferEvent,
    _ effects: [TransferEffect],
    from before: TransferMachine.Phase,
    to after: TransferMachine.Phase,
    _ outcome: Outcome?
  ) {
    guard let line = line(of: transfer) else { return noteCallback(transfer, event, from: before, to: after, outcome) }
    chronicle.note(clock.now, "\(transfer) \(event)")
    for case .beginCallback(let promise) in effects { callbackWitness.promises(promise, by: transfer) }
    if before != after { chronicle.note(clock.now, "\(transfer) \(before) -> \(after)") }
    let callerHasLeft = coordinator.switchboard.machines[transfer]?.callerHasLeft ?? true
    if lines[line].outcome != nil, event == .requested {
      witness.found(.endsOnce, "\(transfer) has ended, and its caller is taken anew")
    }
    lines[line].phase = after
    if event == .requested { lineWitness?.takesUp(line, at: clock.now) }
    if before == .held, after != .held { lineWitness?.isServed(line) }
    if case .commandFailed(.writeOutcome, _) = event { lines[line].outcomeCouldNotBeWritten = true }
    if case .commandFailed = event { lines[line].mayPause(until: clock.now + Witness.longestRepeatPause) }
    witness.steps(line, effects, from: before, to: after, outcome, callerHasLeft: callerHasLeft)
    if let outcome {
      chronicle.note(clock.now, "\(transfer) ENDS \(outcome.result.rawValue) \(outcome.cause.rawValue)")
      lines[line].outcome = outcome
      stays(lines[line])
      lastEnd = clock.now
    }
  }

  // MARK: Requests

  private func send(_ request: AsteriskRequest, _ ticket: Int, _ attempt: Int) {
    guard let request = fault?.asks(request, ticket, self) ?? (fault == nil ? request : nil) else {
      // It is told that it was done.
      return coordinator.answered(ticket, .success(.done), at: moment)
    }
    requestsSent += 1
    let number = requestsSent
    let line = owner(of: ticket)
    if case .command(let command) = request, let line {
      lines[line].commandsSent += 1
      witness.sends(command, line, lines)
      if case .move(_, to: FakeAsterisk.ourApplication, _) = command, journal.mood == .well,
        !journal.knows(lines[line].call.id)
      {
        witness.found(.endsOnce, "\(id(line)) is moved before the order is written down")
      }
    }
    let fate = fate(of: request, attempt, line)
    chronicle.note(clock.now, "\(line.map(id) ?? "-")    \(number)> \(request.inShort)")
    let isHasty = fault?.waitsForAnswers == false && request.isCommand
    requests[number] = Request(
      line: line,
      ticket: ticket,
      request: request,
      answerIsLost: fate.losesTheAnswer || isHasty
    )
    if isHasty { coordinator.answered(ticket, .success(.done), at: moment) }
    let limit = Self.timeout(of: request)
    switch fate {
    case .works: break
    case .fails(let status): planForThisLife(.answered(number, .status(status)), in: random.milliseconds(1...5))
    case .neverArrives, .answerIsLost, .arrivesTooLate: planForThisLife(.answered(number, nil), in: limit)
    }
    switch fate {
    case .fails, .neverArrives: break
    case .works, .answerIsLost: clock.plan(.reaches(number), in: random.milliseconds(0...2))
    case .arrivesTooLate:
      strays.insert(number)
      clock.plan(.reaches(number), in: limit + random.milliseconds(-3...3_000))
    }
  }

  /// Whose order it is.
  private func owner(of ticket: Int) -> Int? {
    switch coordinator.requests[ticket]?.purpose {
    case .order(let transfer): line(of: transfer)
    case .arrivalVariables(let channel), .arrivalCompanions(let channel): owner(of: channel.id)
    case .nothing, .look, .watching, .deviceStates, nil: nil
    }
  }

  /// Who is said not to be there when they go is looked for once more, and then believed to have gone.
  private func fate(of request: AsteriskRequest, _ attempt: Int, _ line: Int?) -> Disturbance.Fate {
    guard case .command(let command) = request else {
      return scenario.disturbance.fate(ofLooking: attempt, &random)
    }
    let fate = scenario.disturbance.fate(of: command, attempt: attempt, &random)
    // Nobody has seen Asterisk deny a recording that is there.
    if case .fails(let status) = fate, status != 500, command.isAboutRecording { return .works }
    guard let line, case .fails(let status) = fate, status != 500,
      command.sendsAway(lines[line].call.channel)
    else { return fate }
    defer { lines[line].callerWasDenied = true }
    return lines[line].callerWasDenied ? .works : fate
  }

  func reach(_ number: FakeAsterisk.Ticket) {
    guard let request = requests[number] else { return }
    guard case .command(let command) = request.request else {
      return answerArrives(number, asterisk.answer(request.request, number, at: clock.now))
    }
    for mishap in scenario.disturbance.mishaps {
      let isDue = mishap.atCommand.map { $0 == number } ?? command.joinsTwo
      if isDue { suffer(mishap, request) }
    }
    let isStray = strays.remove(number) != nil
    if isStray { noteStray(command) }
    let line = isStray ? nil : request.line
    let talk = line.flatMap { witness.conversation($0, lines, asterisk) }
    let answer = asterisk.perform(command, number, at: clock.now)
    if let line, let talk { witness.looksAfter(talk, command, line, asterisk) }
    if case .originate(let origination) = command, answer == .done { newestLeg = origination.channelID }
    // Gone, as far as anybody knows: what has taken its place has not shown itself yet.
    if case .hangUp(let channel) = command, answer == .status(404) { witness.excuses(channel.stem) }
    if answer != .later {
      answerArrives(number, answer)
    } else {
      planForThisLife(.answered(number, nil), in: Self.timeout(of: request.request))
    }
  }

  private static func timeout(of request: AsteriskRequest) -> Int64 {
    guard case .command(let command) = request, command.isNote else { return requestTimeout }
    return AsteriskCommand.longestNote.milliseconds
  }

  /// Nobody can know any more that this phone is going to ring.
  private func noteStray(_ command: AsteriskCommand) {
    chronicle.note(clock.now, "    ! comes too late: \(command)")
    if case .originate(let origination) = command { witness.excuses(origination.channelID) }
    // It is started again.
    if case .stopMusic(let channel) = command, let line = owner(of: channel) {
      lines[line].mayPause(until: clock.now + Witness.longestRepeatPause)
    }
  }

  private func answerArrives(_ number: FakeAsterisk.Ticket, _ answer: FakeAsterisk.Answer) {
    guard let request = requests[number], !request.answerIsLost else { return }
    planForThisLife(.answered(number, answer), in: random.milliseconds(0...2))
  }

  /// The first answer counts: a request that has run out of time gets none.
  func answered(_ number: FakeAsterisk.Ticket, _ answer: FakeAsterisk.Answer?) {
    guard let request = requests[number] else { return }
    if !strays.contains(number) { requests[number] = nil }
    if answer != .done, !(answer?.isGiven ?? false) {
      chronicle.note(clock.now, "    \(number)< \(answer.map { "\($0)" } ?? "no answer")")
    }
    let result = Self.result(of: answer)
    let (ticket, heard) = fault?.answers(request.ticket, request.request, result) ?? (request.ticket, result)
    coordinator.answered(ticket, heard, at: moment)
  }

  private static func result(of answer: FakeAsterisk.Answer?) -> Result<AsteriskAnswer, ARIError> {
    let kind: ARIError.Kind
    switch answer {
    case .done: return .success(.done)
    case .given(let answer): return .success(answer)
    case .status(404): kind = .notFound
    case .status(409): kind = .conflict
    case .status(let status): kind = .refused(status: status)
    case .later, nil: kind = .unanswered(.timedOut)
    }
    return .failure(ARIError(kind: kind, operation: "request", message: "made to fail"))
  }

  private func suffer(_ mishap: Disturbance.Mishap, _ request: Request) {
    guard let line = request.line, case .command(let command) = request.request else { return }
    let leg = command.lastMember ?? newestLeg ?? ""
    switch mishap.kind {
    case .callerHangsUp:
      clock.plan(.asterisk(.goes(lines[line].call.channel, cause: 16)), in: mishap.delay)
    case .legHangsUp: clock.plan(.asterisk(.goes(leg, cause: 16)), in: mishap.delay)
    case .cancelled: clock.plan(.cancelled(line), in: mishap.delay)
    case .legAccepts:
      for key in scenario.manners.accept { clock.plan(.asterisk(.presses(leg, String(key))), in: mishap.delay) }
    }
  }

  // MARK: What Asterisk says

  /// Takes away what the fake has to tell, and sends it on its way.
  func hearAsterisk() {
    for (number, answer) in asterisk.answers { answerArrives(number, answer) }
    asterisk.answers.removeAll(keepingCapacity: true)
    for (moment, happening) in asterisk.plans { clock.plan(.asterisk(happening), at: moment) }
    asterisk.plans.removeAll(keepingCapacity: true)
    for origination in asterisk.rung { ring(origination) }
    asterisk.rung.removeAll(keepingCapacity: true)
    for (subject, event) in asterisk.said {
      witness.occurs(event, owner(of: subject), asterisk)
      judgeCallback(event)
      if case .playbackStarted(let playback) = event { answer(playback.id, on: subject) }
      deliver(event, about: subject)
    }
    asterisk.said.removeAll(keepingCapacity: true)
  }

  /// A caller who is asked something presses a key, most of the time, and says something or nothing.
  private func answer(_ playback: String, on channel: String) {
    guard playback.contains("-menu-"), random.chance(75) else { return }
    asterisk.speeches[channel] = random.one(of: [0, 400, 2_000, 30_000])
    let key = random.one(of: ["1", "1", "2", "3", "#", "7", "*"])
    clock.plan(.asterisk(.presses(channel, key)), in: random.milliseconds(0...5_000))
    if random.chance(30) { clock.plan(.asterisk(.presses(channel, "#")), in: random.milliseconds(0...9_000)) }
    if random.chance(8) { clock.plan(.asterisk(.goes(channel, cause: 16)), in: random.milliseconds(0...9_000)) }
  }

  private func ring(_ origination: ARIChannels.Origination) {
    if let callback = callback(of: origination.channelID) {
      let most = coordinator.switchboard.machines[callback]?.request.callback?.tries ?? .max
      if let twice = callbackWitness.rings(origination, of: callback, most: most) {
        witness.found(.calledOnce, twice)
      }
      if !CallbackWitness.isCaller(origination), let line = line(ofCallback: callback) {
        isItTheTurn(of: lineWitness?.place(ofCallback: line), origination)
      }
    }
    if let line = owner(of: origination.channelID) {
      witness.rings(origination, line, asterisk)
      isItTheTurn(of: line, origination)
    }
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

  private func isItTheTurn(of place: Int?, _ origination: ARIChannels.Origination) {
    guard let place else { return }
    if let skipped = lineWitness?.rings(origination, place, at: clock.now, servesSince: servesSince) {
      witness.found(.servedInTurn, skipped)
    }
  }

  private func deliver(_ event: ARIEvent, about subject: String) {
    let disturbance = scenario.disturbance
    let line = owner(of: subject)
    if !isAlive {
      if let line { lines[line].isInterrupted = true }
      return
    }
    // While it looks what is there, a lost event would be one that the look has missed.
    let isDropped = disturbance.isDropped(
      event,
      from: asterisk.channels[event.subject ?? ""]?.bridge,
      at: clock.now,
      &random
    )
    if isDropped, state == .serving || disturbance.outage?.contains(clock.now) == true {
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
      planForThisLife(.said(event, about: line, stream: stream), in: arrival - clock.now)
    }
  }

  func hear(_ event: ARIEvent, _ line: Int?, of number: Int) {
    if number == stream, state == .recovering { return heldBack.append((event, line, number)) }
    if let line { lines[line].eventsOnTheWay -= 1 }
    guard number == stream else { return }
    if case .stasisStart(let channel, _, nil) = event { comesAfterAll(channel.id) }
    let phase = line.flatMap { coordinator.switchboard.machines[lines[$0].call.id]?.phase }
    witness.delivers(event, line, in: phase)
    if case .digitReceived(let key, let channel) = event { callbackWitness.presses(key, on: channel.id) }
    if case .stasisStart(_, _, let leg?) = event { witness.excusesNoMore(leg) }
    chronicle.note(clock.now, "    <- \(event.inShort)")
    for event in fault?.hears(event, self) ?? [event] { coordinator.heard(event, from: .main, at: moment) }
  }

  /// Callers are `caller-1`, and everything of a transfer `wt-t1-...`; phones are nobody's.
  private func owner(of subject: String) -> Int? {
    guard !subject.hasPrefix("PJSIP"), !subject.hasPrefix("Custom") else { return nil }
    let rest = subject.drop { !$0.isNumber }
    let digits = rest.prefix(while: \.isNumber)
    guard let number = Int(digits), !rest.dropFirst(digits.count).hasPrefix("cb") else { return nil }
    return lines.indices.contains(number - 1) ? number - 1 : nil
  }
}

extension ARIEvent {
  /// Of one who enters.
  fileprivate var subject: String? {
    if case .stasisStart(let channel, _, _) = self { channel.id } else { nil }
  }
}

extension FakeAsterisk.Answer {
  fileprivate var isGiven: Bool { if case .given = self { true } else { false } }
}

extension AsteriskRequest {
  fileprivate var isCommand: Bool { if case .command = self { true } else { false } }

  /// For a story.
  fileprivate var inShort: String {
    guard case .command(let command) = self else { return "\(self)" }
    if case .originate(let phone) = command { return "originate(\(phone.endpoint) as \(phone.channelID))" }
    return "\(command)"
  }
}

extension AsteriskCommand {
  fileprivate var joinsTwo: Bool { lastMember != nil }

  /// Who is joined with a caller.
  fileprivate var lastMember: String? {
    if case .add(let members, _) = self, members.count > 1 { members.last } else { nil }
  }

  fileprivate var isAboutRecording: Bool {
    switch self {
    case .stopRecording, .findRecording, .discardRecording: true
    default: false
    }
  }

  fileprivate func sendsAway(_ caller: String) -> Bool {
    switch self {
    case .continueInDialplan(let channel), .move(let channel, _, _), .hangUp(let channel): channel.stem == caller
    default: false
    }
  }
}
