import ARI
import Transfer

/// What the effects of one transfer come down to in Asterisk.
struct CommandTranslation: Sendable {
  let machine: TransferMachine
  /// Our own, in Asterisk.
  let application: String
  /// The sounds folder as Asterisk sees it.
  let soundsFolder: String
  /// Whether Asterisk has the function with which the fields of a call's record are written.
  var writesCDR = true

  /// Of the shipped dialplan: where a snoop is listened to for answering machines.
  private static let detectorContext = "wt-amd"
  /// Of the shipped dialplan: what becomes of an identity before it is sent to a phone. Asterisk would show each side what
  /// it knows of the other: the caller the number that the person's phone or trunk tells, the person the caller's in
  /// place of the proxy caller ID. Out of Stasis() it does nothing, so that it need not be taken back there.
  private static let displayStays = Variable("CONNECTED_LINE_SEND_SUB", "wt-connected-line,s,1")
  private static let displayFollows = Variable("CONNECTED_LINE_SEND_SUB", "")

  private typealias Variable = AsteriskCommand.Variable

  private var request: TransferRequest { machine.request }
  private var names: AsteriskNames { AsteriskNames(transfer: request.id) }
  private var caller: String { request.caller.channel }

  /// In the order in which they are sent; none for an effect that is not Asterisk's.
  func commands(for effect: TransferEffect) -> [AsteriskCommand] {
    switch effect {
    case .bringCaller: [.move(caller, to: application, arguments: [])]
    case .answerCaller: [.answer(caller)]
    case .openBridge: [.createBridge(names.bridge, bridgeKind)]
    case .holdCaller: [.add([caller], to: names.bridge)]
    case .takeCallerOut: [.remove(caller, from: names.bridge)]
    case .record(let number, let longest, let silence):
      [.record(caller, as: names.recording(number), longest: longest, silence: silence)]
    case .stopRecording(let number): [.stopRecording(names.recording(number))]
    case .findRecording(let number): [.findRecording(names.recording(number))]
    case .discardRecording(let number): [.discardRecording(names.recording(number))]
    case .playRecording(let number, let playback):
      [.playToChannel(caller, media: AsteriskMedia(recording: names.recording(number)), as: names.playback(playback))]
    case .startMusic(let name): [.startMusic(caller, class: name)]
    case .stopMusic: [.stopMusic(caller)]
    case .play(let media, let listener, let playback): [play(media, to: listener, as: playback)]
    case .playRinging(to: let leg):
      [.playToChannel(channel(leg), media: "tone:ring", as: names.playback(.ringing(leg)))]
    case .stopPlayback(let playback): [.stopPlayback(names.playback(playback))]
    case .ring(let leg, let dialString, let callerID, let limit):
      [.originate(origination(of: leg, dialString, callerID, limit))]
    case .release(let leg): [.hangUp(channel(leg))]
    case .join(let leg): [.add([channel(leg)], to: names.bridge)]
    case .closeBridge: [.destroyBridge(names.bridge)]
    case .liftDeadMansSwitch: [.set(AsteriskNames.deadMansSwitch, to: "0", on: caller)]
    case .writeOutcome(let outcome): [.set(variables(of: outcome) + record(of: outcome), on: caller)]
    case .tellReports: [.note([activity(true), Self.displayStays] + recordOfAHangUp, on: caller)]
    // The shipped dialplan empties it too, before anybody can look.
    case .returnCaller: [.continueInDialplan(caller), isActive(false)]
    // Or the hang-up would look like the caller's own.
    case .hangUpCaller: [isActive(false), .hangUp(caller)]
    case .openSnoop(let leg): [.snoop(channel(leg), as: names.snoop(leg), arguments: ["snoop"])]
    case .detect(let leg, let numbers):
      [
        // Without it nobody would tell that the detector has died.
        .subscribe(toChannel: names.snoop(leg)),
        .set("WT_AMD", to: numbers.arguments, on: names.snoop(leg)),
        .continueAt(names.snoop(leg), context: Self.detectorContext, exten: "s"),
      ]
    case .awaitSilence(let leg): [.continueAt(names.snoop(leg), context: Self.detectorContext, exten: "silence")]
    case .closeSnoop(let leg): [.hangUp(names.snoop(leg))]
    case .admitVoiceAgent(let agent, let muted): (muted ? [.mute(agent)] : []) + [.add([agent], to: names.bridge)]
    case .hangUpVoiceAgent(let agent): [.hangUp(agent)]
    case .releaseFormer(let leg): [.hangUp(names.leg(leg))]
    case .armDeadMansSwitch(let limit):
      [
        .set(
          [Variable(AsteriskNames.deadMansSwitch, String(limit.milliseconds / 1_000)), Self.displayStays],
          on: caller
        )
      ]
    case .moveCaller(let application, let outcome):
      [
        .move(caller, to: application, arguments: arguments(outcome)),
        .note([activity(false), Self.displayFollows], on: caller),
      ]
    // What it is about is a question, and has an answer of its own.
    case .lookIntoTalk: []
    case .askDispatcher, .findPlace, .summarize, .prepareSpeech, .discardSpeech, .keepMessage, .beginCallback,
      .startTimer,
      .cancelTimer:
      []
    }
  }

  /// The two halves of a Local channel hand on the packets of one leg with the numbers of the other. Unless Asterisk mixes
  /// the sound, every second conversation is heard in one direction only.
  private var bridgeKind: ARIBridges.Kind { request.ringsThroughDialplan ? .mixed : .proxied }

  /// What the application is told that takes the caller back.
  private func arguments(_ outcome: Outcome) -> [String] {
    ["returned", outcome.result.rawValue, outcome.cause.rawValue, request.id.description]
  }

  private func channel(_ leg: LegID) -> String { machine.replacement(of: leg) ?? names.leg(leg) }

  private func play(_ media: SpokenMedia, to listener: Listener, as playback: PlaybackID) -> AsteriskCommand {
    let sound = AsteriskMedia(media, in: soundsFolder)
    let id = names.playback(playback)
    return switch listener {
    case .caller: .playToChannel(caller, media: sound, as: id)
    case .leg(let leg): .playToChannel(channel(leg), media: sound, as: id)
    case .talk: .playToBridge(names.bridge, media: sound, as: id)
    }
  }

  private func origination(
    of leg: LegID,
    _ dialString: String,
    _ callerID: ProxyCallerID,
    _ limit: Duration
  ) -> ARIChannels.Origination {
    let (name, number) =
      switch callerID {
      case .ofTheCaller: (request.caller.name, request.caller.number)
      case .fixed(let name, let number): (name, number)
      }
    // A Local channel hands its variables on to the dialplan behind it, whose own calls show what that has set.
    let isLocal = dialString.lowercased().hasPrefix("local/")
    var variables = isLocal ? [:] : [Self.displayStays.name: Self.displayStays.value]
    if writesCDR { variables["CDR(wt_id)"] = request.id.description }
    return ARIChannels.Origination(
      endpoint: dialString,
      channelID: names.leg(leg),
      arguments: ["agent", request.id.description, String(leg.number)],
      callerID: Self.callerID(name: name, number: number),
      timeout: limit,
      variables: variables
    )
  }

  /// As Asterisk reads it, which takes a backslash off a character. A caller without a number is shown as SIP shows them;
  /// without any caller ID Asterisk would show its own.
  private static func callerID(name: String, number: String) -> String {
    let name = name.unicodeScalars.filter { $0.properties.generalCategory != .control && $0 != "\\" }
      .map { $0 == "\"" ? "\\\"" : String($0) }.joined()
    let number = number.filter { "+0123456789*#".contains($0) || $0.isASCII && $0.isLetter }
    guard number.isEmpty else { return "\"\(name)\" <\(number)>" }
    return "\"\(name.isEmpty ? "Anonymous" : name)\" <anonymous>"
  }

  private var refusal: [Variable] {
    if case .turnAway(let message) = request.plan { [Variable("WT_MESSAGE", message)] } else { [] }
  }

  private func variables(of outcome: Outcome) -> [Variable] {
    [
      Variable(AsteriskNames.lastTransfer, request.id.description),
      Variable("WT_RESULT", outcome.result.rawValue),
      Variable("WT_CAUSE", outcome.cause.rawValue),
      Variable("WT_TARGET", outcome.target ?? ""),
      Variable("WT_WAIT", String(outcome.wait.milliseconds / 1_000)),
      Variable("WT_TRIES", String(request.tries + (outcome.result == .connected ? 0 : 1))),
    ] + (outcome.result == .connected ? [Variable(AsteriskNames.deadMansSwitch, "0")] : [])
      + (outcome.result == .voicemail ? [Variable("WT_MAILBOX", request.policy.mailbox)] : []) + refusal
  }
}

// MARK: - For reports

extension CommandTranslation {
  /// By this a hang-up handler tells a transfer from any other call.
  private func activity(_ isSo: Bool) -> Variable { Variable("WT_ACTIVE", isSo ? request.id.description : "") }

  private func isActive(_ isSo: Bool) -> AsteriskCommand { .note([activity(isSo)], on: caller) }

  /// Written ahead: when a caller has hung up, nothing can be written any more.
  private var recordOfAHangUp: [Variable] {
    record([
      ("wt_id", request.id.description), ("wt_result", Outcome.Result.abandoned.rawValue),
      ("wt_cause", Outcome.Cause.callerHangup.rawValue),
    ])
  }

  private func record(of outcome: Outcome) -> [Variable] {
    record([
      ("wt_id", request.id.description), ("wt_result", outcome.result.rawValue), ("wt_cause", outcome.cause.rawValue),
      ("wt_target", outcome.target ?? ""), ("wt_wait", String(outcome.wait.milliseconds / 1_000)),
    ])
  }

  private func record(_ fields: [(String, String)]) -> [Variable] {
    writesCDR ? fields.map { Variable("CDR(\($0.0))", $0.1) } : []
  }
}
