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
  case playToChannel(String, media: AsteriskMedia, as: String)
  case playToBridge(String, media: AsteriskMedia, as: String)
  case stopPlayback(String)
  case originate(ARIChannels.Origination)
  case snoop(String, as: String, arguments: [String])
  case set([Variable], on: String)
  /// Variables that only reports read: nobody waits long for them, and nothing hangs on their success.
  case note([Variable], on: String)
  case continueInDialplan(String)
  case continueAt(String, context: String, exten: String)
  case subscribe(toChannel: String)
  case move(String, to: String, arguments: [String])
  case mute(String)
  case hangUp(String)
}

/// What is played, in Asterisk's own words: one sound, or several with commas between them.
struct AsteriskMedia: Equatable, Sendable, ExpressibleByStringLiteral {
  let uris: String
  /// Nil: the channel's.
  let language: String?

  init(stringLiteral uris: String) { (self.uris, language) = (uris, nil) }

  init(_ media: SpokenMedia, in folder: String) {
    guard let sequence = media.sequence else {
      (uris, language) = ("sound:\(folder)/\(media.file)", nil)
      return
    }
    let sounds = sequence.parts.map { part in
      switch part {
      case .spoken(let file): "sound:\(folder)/\(file)"
      case .recorded(let name): "sound:\(name)"
      }
    }
    (uris, language) = (sounds.joined(separator: ","), sequence.language)
  }
}

extension AsteriskCommand {
  /// A variable of a channel, with its value.
  struct Variable: Equatable, Sendable {
    let name: String
    let value: String

    init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  static func set(_ name: String, to value: String, on channel: String) -> AsteriskCommand {
    .set([Variable(name, value)], on: channel)
  }

  static let longestNote: Duration = .milliseconds(200)

  var isNote: Bool { if case .note = self { true } else { false } }

  /// Commands carry ids of our own making, so that one which was lost on the way can be repeated without harm. Not so
  /// a phone that has been rung and has hung up since: it would ring again.
  var mayBeRepeated: Bool {
    switch self {
    case .originate, .note: false
    case .answer, .createBridge, .destroyBridge, .add, .startMusic, .stopMusic, .playToChannel, .playToBridge,
      .stopPlayback, .snoop, .set, .continueInDialplan, .continueAt, .subscribe, .move, .mute, .hangUp:
      true
    }
  }

  var setsVariable: Bool {
    if case .set = self { true } else { isNote }
  }

  /// The id is taken: by an attempt whose answer was lost, or by an earlier command that did the same.
  func wasDone(before attempt: Int) -> Bool {
    switch self {
    case .createBridge: true
    case .snoop, .playToChannel, .playToBridge: attempt > 1
    case .answer, .destroyBridge, .add, .startMusic, .stopMusic, .stopPlayback, .originate, .set, .note,
      .continueInDialplan,
      .continueAt, .move, .mute, .subscribe, .hangUp:
      false
    }
  }
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
    case .playToChannel(let channel, let media, let id):
      try await channels.play(media.uris, to: channel, as: id, language: media.language)
    case .playToBridge(let bridge, let media, let id):
      try await bridges.play(media.uris, to: bridge, as: id, language: media.language)
    case .stopPlayback(let id): try await playbacks.stop(id)
    case .originate(let origination): try await channels.originate(origination)
    case .set(let variables, let channel):
      try await channels.set(variables.map { ($0.name, $0.value) }, on: channel)
    case .note(let variables, let channel):
      try await channels.set(variables.map { ($0.name, $0.value) }, on: channel, within: AsteriskCommand.longestNote)
    case .snoop(let channel, let snoop, let arguments):
      try await channels.snoop(on: channel, as: snoop, arguments: arguments)
    case .continueAt(let channel, let context, let exten):
      try await channels.continueInDialplan(channel, context: context, exten: exten)
    case .subscribe(let channel): try await applications.subscribe(to: ["channel:" + channel])
    case .move(let channel, let application, let arguments):
      try await channels.move(channel, to: application, arguments: arguments)
    case .mute(let channel): try await channels.mute(channel)
    case .continueInDialplan(let channel): try await channels.continueInDialplan(channel)
    case .hangUp(let channel): try await channels.hangUp(channel)
    }
  }
}

extension CommandFailure {
  init(_ error: ARIError) {
    switch error.kind {
    case .notFound: self = .gone
    case .conflict: self = .conflict(error.description)
    case .unauthorized, .refused, .unreadable: self = .refused(error.description)
    case .unanswered: self = .unanswered(error.description)
    }
  }
}
