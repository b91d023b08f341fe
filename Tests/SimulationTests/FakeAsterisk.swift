import ARI

@testable import WarmTransfer

/// An Asterisk in memory, with the rules of the real one. What the lab shows and this one does not is a mistake here.
///
/// It has no clock and no will of its own: `perform` is told the moment, what will happen by itself is put into
/// `plans`, and what it says is put into `said`.
struct FakeAsterisk {
  final class Channel {
    enum Place { case ringing, stasis, dialplan }

    /// How a channel left our application.
    enum Exit: Equatable { case hungUp, wasHungUp, continued, takenByTheSwitch, moved(to: String, [String]) }

    let id: String
    var place: Place
    var isUp: Bool
    /// What Asterisk dialled to make it, and what it was to tell the application.
    var endpoint = ""
    var arguments: [String] = []
    /// It belongs to another application, which is told what becomes of it.
    var isForeign = false
    /// Somebody wants to know its end wherever it is.
    var isWatched = false
    /// Channels that listen to this one.
    var snoops: [String] = []
    var bridge: String?
    var music: String?
    /// What the channel's own thread is to do, in this order; nothing while it plays.
    var steps: [Step] = []
    var playing: Playback?
    var variables: [String: String] = [:]
    /// `TIMEOUT(absolute)`, the dead-man's switch.
    var limit: Int64?
    var exit: Exit?

    init(id: String, place: Place, isUp: Bool) {
      self.id = id
      self.place = place
      self.isUp = isUp
    }
  }

  enum Step {
    case answer(Ticket)
    case play(Playback)
    case music(String?)
    case enter(String, then: [String], Ticket)
    case set([AsteriskCommand.Variable], Ticket)
    case leave(exten: String?)
    case move(to: String, [String])
  }

  final class Bridge {
    let id: String
    let kind: ARIBridges.Kind
    var members: [String] = []
    var playback: Playback?

    init(id: String, kind: ARIBridges.Kind) {
      self.id = id
      self.kind = kind
    }
  }

  final class Playback: CustomStringConvertible {
    let id: String
    let media: String
    /// The channel or the bridge.
    var place: String
    var isOver = false
    var description: String { id }

    init(id: String, media: String, place: String) {
      self.id = id
      self.media = media
      self.place = place
    }
  }

  /// What the detector will say of somebody, and when.
  struct Verdict {
    let words: [String]
    let after: Int64
    let silenceAfter: Int64
  }

  typealias Ticket = Int

  enum Answer: Equatable {
    case done
    case given(AsteriskAnswer)
    case status(Int)
    /// The request hangs until `answers` has its ticket.
    case later
  }

  /// What happens by itself, without a command.
  enum Happening {
    case rings(String)
    case answers(String)
    case presses(String, String)
    case goes(String, cause: Int)
    case ringsOut(String)
    case playbackEnds(Playback)
    case limitReached(String)
    /// The dialplan has heard enough and brings the listener back.
    case comesBack(String, [String])
    case isReplaced(String, by: String)
    /// Somebody else answers the ringing phone on their own.
    case isPickedUp(String, by: String)

    var isReplacement: Bool {
      switch self {
      case .isReplaced, .isPickedUp: true
      case .rings, .answers, .presses, .goes, .ringsOut, .playbackEnds, .limitReached, .comesBack: false
      }
    }
  }

  enum Sound: String { case silence, music, message, person }

  /// How long each recording is; one that is not here cannot be played.
  var recordings: [String: Int64] = [:]
  var unknownEndpoints: Set<String> = []
  var applications: Set<String> = []
  var tellsOfPhones = false
  /// Phones that talk with somebody we know nothing of.
  var othersInUse: Set<String> = []
  /// By the leg that is listened to.
  var verdicts: [String: Verdict] = [:]

  var channels: [String: Channel] = [:]
  /// By the channel in which they came, also those who are not there any more.
  var callers: [String: Channel] = [:]
  var bridges: [String: Bridge] = [:]
  var playbacks: [Playback] = []
  var now: Int64 = 0

  // What the last call gave rise to; whoever drives the fake takes it away.
  var said: [(about: String, event: ARIEvent)] = []
  var plans: [(at: Int64, Happening)] = []
  var answers: [(Ticket, Answer)] = []
  var rung: [ARIChannels.Origination] = []

  /// With what the dialplan has set, and its dead-man's switch; one of another application has neither.
  mutating func arrive(_ id: String, isUp: Bool, limit: Int64?, variables: [String: String], at now: Int64) {
    self.now = now
    let channel = Channel(id: id, place: .stasis, isUp: isUp)
    channel.variables = variables
    channel.isForeign = limit == nil
    channels[id] = channel
    callers[id] = channel
    setLimit(limit, on: channel)
    if !channel.isForeign { say(.enters(id, [], isUp: isUp), about: id) }
  }

  /// A voice agent of another application, who has brought the caller.
  mutating func arrive(voiceAgent id: String) {
    let channel = Channel(id: id, place: .stasis, isUp: true)
    channel.isForeign = true
    channels[id] = channel
  }

  mutating func perform(_ command: AsteriskCommand, _ ticket: Ticket, at now: Int64) -> Answer {
    self.now = now
    switch command {
    case .answer(let id): return queue(.answer(ticket), on: id, .later)
    case .createBridge(let id, let kind): return createBridge(id, kind)
    case .destroyBridge(let id): return destroyBridge(id)
    case .add(let members, let bridge): return add(members, to: bridge, ticket)
    case .startMusic(let id, let name): return queue(.music(name), on: id, .done)
    case .stopMusic(let id): return queue(.music(nil), on: id, .done)
    case .playToChannel(let id, let media, let playback): return play(media.uris, to: id, as: playback)
    case .playToBridge(let id, let media, let playback): return play(media.uris, toBridge: id, as: playback)
    case .stopPlayback(let id):
      guard let playback = playbacks.first(where: { $0.id == id }) else { return .status(404) }
      finish(playback, "done")
      return .done
    case .originate(let origination): return originate(origination)
    case .snoop(let id, let snoop, let arguments): return listen(to: id, as: snoop, arguments)
    case .set(let variables, let id), .note(let variables, let id):
      guard let channel = channels[id], case .moved = channel.exit else {
        return queue(.set(variables, ticket), on: id, .later)
      }
      // Another application has it, which can be told as well.
      for variable in variables { set(variable.name, variable.value, on: channel) }
      return .done
    case .continueInDialplan(let id): return queue(.leave(exten: nil), on: id, .done)
    case .continueAt(let id, _, let exten): return queue(.leave(exten: exten), on: id, .done)
    case .subscribe(let id):
      guard let channel = channels[id] else { return .status(404) }
      channel.isWatched = true
      return .done
    case .move(let id, let name, let arguments): return queue(.move(to: name, arguments), on: id, .done)
    case .mute(let id): return channels[id] == nil ? .status(404) : .done
    case .hangUp(let id):
      guard channels[id] != nil else { return .status(404) }
      destroy(id, .wasHungUp, cause: 16)
      return .done
    }
  }

  mutating func happens(_ happening: Happening, at now: Int64) {
    self.now = now
    switch happening {
    case .rings(let id):
      guard let channel = channels[id], channel.place == .ringing else { return }
      say(.channel("ChannelStateChange", id, "Ringing"), about: id)
    case .answers(let id):
      guard let channel = channels[id], channel.place == .ringing else { return }
      channel.place = .stasis
      channel.isUp = true
      say(.channel("ChannelStateChange", id, "Up"), about: id)
      say(.enters(id, channel.arguments), about: id)
      tellOfPhone(channel, "INUSE")
    case .presses(let id, let key):
      guard let channel = channels[id], channel.place == .stasis else { return }
      say(.key(key, id), about: id)
    case .goes(let id, let cause):
      guard let channel = channels[id] else { return }
      if channel.place == .stasis { say(.hangupRequested(id, cause), about: id) }
      destroy(id, .hungUp, cause: cause)
    case .ringsOut(let id):
      guard let channel = channels[id], channel.place == .ringing else { return }
      destroy(id, .hungUp, cause: 19)
    case .playbackEnds(let playback):
      if !playback.isOver { finish(playback, "done") }
    case .limitReached(let id):
      guard let channel = channels[id], channel.limit == now, channel.place == .stasis else { return }
      leaveForDialplan(channel, .takenByTheSwitch)
    case .comesBack(let id, let words):
      guard let channel = channels[id], channel.place == .dialplan else { return }
      channel.place = .stasis
      say(.enters(id, words), about: id)
    case .isReplaced(let id, let new): replace(id, by: new)
    case .isPickedUp(let id, let other): pickUp(id, by: other)
    }
  }

  func hears(_ channel: Channel) -> Sound {
    if channel.playing != nil { return .message }
    if channel.music != nil { return .music }
    guard let name = channel.bridge, let bridge = bridges[name], bridge.kind != .holding else { return .silence }
    if bridge.playback != nil { return .message }
    return bridge.members.count > 1 ? .person : .silence
  }

  /// Somebody else is in the same bridge.
  func isTalking(_ channel: Channel) -> Bool {
    guard let name = channel.bridge, let bridge = bridges[name] else { return false }
    return bridge.kind != .holding && bridge.members.count > 1
  }
}
