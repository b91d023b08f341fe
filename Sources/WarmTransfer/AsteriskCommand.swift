import ARI
import Transfer

/// One request to Asterisk, as data: what an effect of a transfer comes down to.
enum AsteriskCommand: Equatable, Sendable {
  case answer(String)
  case createBridge(String, ARIBridges.Kind)
  case destroyBridge(String)
  case add([String], to: String)
  case startMusic(String, class: String)
  case stopMusic(String)
  case playToChannel(String, media: String, as: String)
  case playToBridge(String, media: String, as: String)
  case stopPlayback(String)
  case originate(ARIChannels.Origination)
  case set(String, to: String, on: String)
  case continueInDialplan(String)
  case hangUp(String)
}

extension ARIClient {
  func perform(_ command: AsteriskCommand) async throws(ARIError) {
    switch command {
    case .answer(let channel): try await channels.answer(channel)
    case .createBridge(let bridge, let kind): try await bridges.create(bridge, kind)
    case .destroyBridge(let bridge): try await bridges.destroy(bridge)
    case .add(let members, let bridge): try await bridges.add(members, to: bridge)
    case .startMusic(let channel, let name): try await channels.startMusic(channel, class: name)
    case .stopMusic(let channel): try await channels.stopMusic(channel)
    case .playToChannel(let channel, let media, let id): try await channels.play(media, to: channel, as: id)
    case .playToBridge(let bridge, let media, let id): try await bridges.play(media, to: bridge, as: id)
    case .stopPlayback(let id): try await playbacks.stop(id)
    case .originate(let origination): try await channels.originate(origination)
    case .set(let variable, let value, let channel): try await channels.set(variable, to: value, on: channel)
    case .continueInDialplan(let channel): try await channels.continueInDialplan(channel)
    case .hangUp(let channel): try await channels.hangUp(channel)
    }
  }
}

/// What the effects of one transfer come down to in Asterisk.
struct CommandTranslation: Sendable {
  let request: TransferRequest
  /// The sounds folder as Asterisk sees it.
  let soundsFolder: String

  private var names: AsteriskNames { AsteriskNames(transfer: request.id) }
  private var caller: String { request.caller.channel }

  /// In the order in which they are sent; none for an effect that is not Asterisk's.
  func commands(for effect: TransferEffect) -> [AsteriskCommand] {
    switch effect {
    case .answerCaller: [.answer(caller)]
    case .openHold: [.createBridge(names.hold, .holding)]
    case .holdCaller: [.add([caller], to: names.hold)]
    case .closeHold: [.destroyBridge(names.hold)]
    case .startMusic(let name): [.startMusic(caller, class: name)]
    case .stopMusic: [.stopMusic(caller)]
    case .play(let media, let listener, let playback): [play(media, to: listener, as: playback)]
    case .stopPlayback(let playback): [.stopPlayback(names.playback(playback))]
    case .ring(let leg, let dialString, let callerID, let limit):
      [.originate(origination(of: leg, dialString, callerID, limit))]
    case .release(let leg): [.hangUp(names.leg(leg))]
    case .openTalk: [.createBridge(names.talk, .proxied)]
    case .join(let leg): [.add([caller, names.leg(leg)], to: names.talk)]
    case .closeTalk: [.destroyBridge(names.talk)]
    case .liftDeadMansSwitch: [.set("TIMEOUT(absolute)", to: "0", on: caller)]
    case .writeOutcome(let outcome):
      variables(of: outcome).map { .set($0.0, to: $0.1, on: caller) }
    case .returnCaller: [.continueInDialplan(caller)]
    case .hangUpCaller: [.hangUp(caller)]
    case .prepareSpeech, .discardSpeech, .startTimer, .cancelTimer: []
    }
  }

  private func play(_ media: SpokenMedia, to listener: Listener, as playback: PlaybackID) -> AsteriskCommand {
    let sound = "sound:\(soundsFolder)/\(media.file)"
    let id = names.playback(playback)
    return switch listener {
    case .caller: .playToChannel(caller, media: sound, as: id)
    case .leg(let leg): .playToChannel(names.leg(leg), media: sound, as: id)
    case .talk: .playToBridge(names.talk, media: sound, as: id)
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
    return ARIChannels.Origination(
      endpoint: dialString,
      channelID: names.leg(leg),
      arguments: ["agent", request.id.description, String(leg.number)],
      callerID: Self.callerID(name: name, number: number),
      timeout: limit
    )
  }

  /// Asterisk reads it as `"name" <number>`: what is not part of a name or a number cannot stay in it.
  private static func callerID(name: String, number: String) -> String? {
    let name = name.filter { !"\"\\<>".contains($0) && !$0.isNewline }
    let number = number.filter { "+0123456789*#".contains($0) || $0.isASCII && $0.isLetter }
    guard !name.isEmpty || !number.isEmpty else { return nil }
    return "\"\(name)\" <\(number)>"
  }

  private func variables(of outcome: Outcome) -> [(String, String)] {
    [
      ("WT_TRANSFER_ID", request.id.description),
      ("WT_RESULT", outcome.result.rawValue),
      ("WT_CAUSE", outcome.cause.rawValue),
      ("WT_TARGET", outcome.target ?? ""),
      ("WT_WAIT", String(outcome.wait.milliseconds / 1_000)),
    ]
  }
}

extension CommandFailure {
  init(_ error: ARIError) {
    switch error.kind {
    case .notFound: self = .gone
    case .conflict, .unauthorized, .refused, .unreadable: self = .refused(error.description)
    case .unanswered: self = .unanswered(error.description)
    }
  }
}
