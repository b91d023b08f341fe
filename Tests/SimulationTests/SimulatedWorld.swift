import ARI
import Settings
import Transfer
import Web

@testable import WarmTransfer

// What comes from outside Asterisk and the service: callers, the API, the web, speech.
extension Simulation {
  /// Until two audits have seen a caller of whom nobody was told, with answers that take their time.
  static let longestUnnoticed: Int64 = 60_000

  /// Three attempts to read who they are, each of which may get no answer, and as long as they may take to come.
  private static let longestHandover = 4 * requestTimeout + 1_000

  func arrive(_ line: Int) {
    let call = lines[line].call
    let channel = call.channel
    if !isAlive, random.chance(50) {
      chronicle.note(clock.now, "\(channel) finds the door closed and goes on in the dialplan")
      return lines[line].isUnknown = true
    }
    chronicle.note(clock.now, "\(channel) comes in as \(call.id)")
    let limit = call.comesByAPI ? nil : clock.now + call.limit
    if let voiceAgent = call.request.voiceAgent { asterisk.arrive(voiceAgent: voiceAgent) }
    asterisk.arrive(
      channel,
      isUp: call.request.caller.isAnswered,
      limit: limit,
      variables: call.variables,
      at: clock.now
    )
    lines[line].isElsewhere = call.comesByAPI
    if call.comesByAPI { clock.plan(.isHandedOver(line), in: random.milliseconds(0...500)) }
    if !call.comesByAPI { witness.arrives(line) }
    // Whoever comes in while nobody listens is seen later.
    if state != .serving || scenario.disturbance.outage?.contains(clock.now) == true {
      lines[line].isInterrupted = true
    }
  }

  /// The API asks for a caller who talks with a voice agent.
  func handOver(_ line: Int) {
    let name = lines[line].call.channel
    guard isAlive, state == .serving, let id = asterisk.callers[name]?.id, let channel = asterisk.channels[id],
      channel.isForeign
    else { return lines[line].isUnknown = lines[line].isElsewhere }
    let target = lines[line].call.variables["WT_TARGET"]
    let order = TransferOrder(channel: id, target: target, requestedBy: "simulation")
    chronicle.note(clock.now, "\(id) is handed over by the API")
    do throws(Refusal) {
      let ticket = try coordinator.takeOver(.listed(channel), of: .main, from: Scenario.returnApplication, order)
      handoversOpen[ticket] = (line, until: clock.now + Self.longestHandover)
      lines[line].isElsewhere = false
      witness.arrives(line)
    } catch {
      chronicle.note(clock.now, "\(id) is not handed over: \(error)")
      lines[line].isUnknown = true
    }
  }

  /// One who never came is where they were.
  func handedOver(_ ticket: Int, _ result: Result<TransferID, Refusal>) {
    guard let (number, _) = handoversOpen.removeValue(forKey: ticket), case .failure(let refusal) = result else {
      return
    }
    let line = lines[number]
    chronicle.note(clock.now, "\(line.call.id): the hand-over has failed: \(refusal)")
    if coordinator.switchboard.machines[line.call.id] == nil { stays(line) }
  }

  /// The transfer of a caller who has never come is nothing that they could have seen.
  func stays(_ line: Line) {
    if asterisk.callers[line.call.channel]?.isForeign == true { line.isUnknown = true }
  }

  /// Asterisk was slower than whoever asked for them would wait.
  func comesAfterAll(_ channel: String) {
    for (number, line) in lines.enumerated() where line.call.comesByAPI && line.isUnknown {
      guard line.call.channel == channel else { continue }
      line.isUnknown = false
      witness.arrives(number)
    }
  }

  func cancel(_ line: Int) {
    guard isAlive else { return }
    chronicle.note(clock.now, "cancel of \(id(line)) is asked for")
    witness.cancelIsAsked(line)
    post(.cancelRequested(), to: line)
  }

  func decide(_ line: Int, _ decision: Decision) {
    let transfer = lines[line].call.id
    guard isAlive, let machine = coordinator.switchboard.machines[transfer] else { return }
    let legs = machine.legs.filter { decision == .decline || $0.isAnswered }
    do throws(Refusal) {
      if let leg = legs.first, legs.count == 1 {
        let name = AsteriskNames(transfer: transfer).leg(leg.id)
        witness.decides(decision, by: machine.replacement(of: leg.id) ?? name, line)
      }
      _ = try coordinator.decide(decision, on: transfer, target: nil, by: "simulation", at: moment)
      chronicle.note(clock.now, "\(id(line)): \(decision) by the API")
    } catch {
      chronicle.note(clock.now, "\(id(line)): \(decision) by the API is refused: \(error)")
    }
  }

  /// Answered with the transfer that there is already.
  func requestAgain(_ line: Line) {
    let request = line.call.request
    guard isAlive, state == .serving, let caller = asterisk.callers[request.caller.channel] else { return }
    guard coordinator.transfer(of: ChannelID(caller.id, on: .main)) != nil else { return }
    chronicle.note(clock.now, "\(caller.id) is asked for again")
    do throws(Refusal) {
      _ = try coordinator.takeOver(
        .listed(caller),
        of: .main,
        from: "",
        TransferOrder(channel: caller.id, requestedBy: "simulation")
      )
      witness.found(.endsOnce, "\(caller.id) is in two transfers")
    } catch {
      let isRefusedAnyway = coordinator.unwritten.trouble != nil
      if error != .channelAlreadyOurs(request.id), !isRefusedAnyway {
        witness.found(.endsOnce, "\(caller.id): \(error)")
      }
    }
  }

  func happen(_ happening: FakeAsterisk.Happening) {
    if scenario.disturbance.hidesReplacements, case .isReplaced(let channel, _) = happening,
      asterisk.channels[channel]?.bridge == nil
    {
      return
    }
    chronicle.note(clock.now, "    * \(happening)")
    switch happening {
    case .isPickedUp(let leg, _), .isReplaced(let leg, _): witness.excuses(leg)
    default: break
    }
    asterisk.happens(happening, at: clock.now)
    if case .limitReached(let channel) = happening {
      judgeTheSwitch(channel)
      escape(channel)
    }
    if case .goes(let channel, _) = happening {
      leaveFromElsewhere(channel)
      escape(channel)
    }
  }

  /// One of whose coming nobody was told, and who has gone before anybody has looked.
  private func escape(_ channel: String) {
    for line in lines where isAlive && line.eventWasLost {
      guard let caller = asterisk.callers[line.call.channel], caller.id == channel else { continue }
      let isKnown =
        coordinator.switchboard.machines[line.call.id] != nil
        || coordinator.arrivals.contains(ChannelID(channel, on: .main))
      guard caller.exit != nil, !isKnown, line.outcome == nil else { continue }
      line.isUnknown = true
      let waited = clock.now - max(line.call.arrivesAt, servesSince)
      if state == .serving, waited > Self.longestUnnoticed {
        witness.found(.callerHearsSomething, "nobody has looked for \(channel) for \(waited) ms")
      }
    }
  }

  /// One whom nobody has handed over yet.
  private func leaveFromElsewhere(_ channel: String) {
    for line in lines where line.isElsewhere && line.call.channel == channel { line.isUnknown = true }
  }

  /// In time or not, or never.
  func askDispatcher(_ line: Int) {
    let names = scenario.settings.groups.map(\.name)
    let answer: DispatchAnswer =
      switch random.below(4) {
      case 0: .refuse("We are closed.")
      case 1: .failed("no JSON")
      default: scenario.settings.party(named: random.one(of: names)).map { .ring($0, facts: []) } ?? .failed("nobody")
      }
    if random.chance(80) { planForThisLife(.told(line, .dispatched(answer)), in: random.milliseconds(0...1_500)) }
  }

  func summarize(_ line: Int) {
    let event = random.chance(80) ? TransferEvent.summarized("A caller.") : .summaryFailed("HTTP 500")
    if random.chance(90) { planForThisLife(.told(line, event), in: random.milliseconds(0...4_000)) }
  }

  func speak(_ speech: SpeechID, _ line: Int) {
    lines[line].speechesInWork += 1
    lines[line].speechIsThere = true
    let pause = random.milliseconds(5...700)
    if random.chance(scenario.disturbance.speechFails) { return planForThisLife(.spoken(line, speech, nil), in: pause) }
    let length: Int64 =
      if case .briefing = speech { scenario.manners.briefing } else { random.milliseconds(300...3_000) }
    speechesMade += 1
    let file = "speech-\(speechesMade)"
    asterisk.recordings["sound:\(Self.soundsFolder)/\(file)"] = length
    planForThisLife(.spoken(line, speech, SpokenMedia(file: file, length: .milliseconds(length))), in: pause)
  }

  func speak(_ speech: SpeechID, ofCallback transfer: TransferID) {
    let pause = random.milliseconds(5...700)
    speechesMade += 1
    let length = random.milliseconds(300...3_000)
    let media = SpokenMedia(file: "speech-\(speechesMade)", length: .milliseconds(length))
    asterisk.recordings["sound:\(Self.soundsFolder)/\(media.file)"] = length
    let fails = random.chance(scenario.disturbance.speechFails)
    let event = fails ? TransferEvent.speechFailed(speech, "no voice") : .speechReady(speech, media)
    planForThisLife(.spokenForCallback(transfer, event), in: pause)
  }

  func spoken(_ line: Int, _ speech: SpeechID, _ media: SpokenMedia?) {
    lines[line].speechesInWork -= 1
    post(media.map { .speechReady(speech, $0) } ?? .speechFailed(speech, "no voice"), to: line)
  }
}
