import ARI
import Transfer
import Transport

/// As much of an Asterisk as one made-up call needs, in memory and without a clock: channels, the bridge, sounds. What
/// will happen by itself is put into `plans`; what each channel hears is written down.
struct SimulatedPBX: Sendable {
  struct Channel: Sendable {
    let id: String
    var isUp = false
    var callerName = ""
    var callerNumber = ""
    var language = ""
    var arguments: [String] = []
    /// Nil: the caller, or the copy of what a person says.
    var person: SimulatedPerson?
    var bridge: String?
    var music: String?
    /// The first is heard.
    var playing: [Playback] = []
    var variables: [String: String] = [:]
  }

  struct Bridge: Sendable {
    var members: [String] = []
    var playing: [Playback] = []
  }

  struct Playback: Equatable, Sendable {
    let id: String
    let file: String
  }

  enum Sound: Equatable, Sendable {
    case ringing, silence, conversation
    case music(String)
    case words(Playback)
  }

  struct Heard: Equatable, Sendable {
    let sound: Sound
    let from: WallTime
    var to: WallTime
  }

  typealias Plan = (after: Duration, happening: Happening)

  /// What happens by itself.
  enum Happening: Sendable {
    case told(ARIEvent)
    case answered(Int, Result<AsteriskAnswer, ARIError>)
    case spoken(TransferEvent, of: TransferID)
    case rings(String)
    case picksUp(String)
    case ends(String, cause: Int)
    case presses(String, String)
    /// Has heard nothing yet.
    case waits(String)
    case playbackEnds(String)
    /// The detector of answering machines has heard enough.
    case comesBack(String, [String])
  }

  let application: String
  /// How long each sound file is.
  var lengths: [String: Duration] = [:]
  private(set) var channels: [String: Channel] = [:]
  private(set) var bridges: [String: Bridge] = [:]
  /// What each channel has heard, also those that have gone.
  private(set) var heard: [String: [Heard]] = [:]
  /// What has been written for the dialplan on the caller's channel.
  private(set) var written: [String: String] = [:]
  /// What the last call gave rise to, and after how long; whoever drives the PBX takes it away.
  var plans: [Plan] = []

  init(application: String) { self.application = application }

  mutating func arrive(_ caller: Channel) {
    channels[caller.id] = caller
    tell("StasisStart", caller.id, ["args": []])
  }

  mutating func perform(_ command: AsteriskCommand, by person: SimulatedPerson?) -> Result<AsteriskAnswer, ARIError> {
    switch command {
    case .answer(let id): channels[id]?.isUp = true
    case .createBridge(let id, _): bridges[id] = bridges[id] ?? Bridge()
    case .destroyBridge(let id): bridges[id] = nil
    case .add(let members, let bridge):
      guard bridges[bridge] != nil, members.allSatisfy({ channels[$0]?.isUp == true }) else { return Self.gone }
      for member in members { add(member, to: bridge) }
    case .startMusic(let id, let name): channels[id]?.music = name
    case .stopMusic(let id): channels[id]?.music = nil
    case .playToChannel(let id, let media, let playback):
      guard channels[id]?.isUp == true else { return Self.gone }
      let sound = Playback(id: playback, file: Self.file(of: media.uris))
      channels[id]?.playing.append(sound)
      if channels[id]?.playing.count == 1 { begin(sound) }
    case .playToBridge(let id, let media, let playback):
      guard bridges[id] != nil else { return Self.gone }
      let sound = Playback(id: playback, file: Self.file(of: media.uris))
      bridges[id]?.playing.append(sound)
      if bridges[id]?.playing.count == 1 { begin(sound) }
    case .stopPlayback(let id): end(id)
    case .originate(let origination):
      guard let person, person.answer != .unreachable else {
        let reason = "Allocation failed"
        return .failure(ARIError(kind: .refused(status: 500), operation: "POST /channels", message: reason))
      }
      ring(origination, person)
    case .snoop(_, let snoop, let arguments):
      channels[snoop] = Channel(id: snoop, isUp: true)
      tell("StasisStart", snoop, ["args": .array(arguments.map(JSON.string))])
    case .set(let variables, let id), .note(let variables, let id):
      for variable in variables { channels[id]?.variables[variable.name] = variable.value }
      if channels[id]?.isCaller == true { written.merge(variables.map { ($0.name, $0.value) }) { _, last in last } }
    case .continueInDialplan(let id), .move(let id, _, _): leave(id, cause: nil)
    case .continueAt(let id, _, let exten): detect(id, exten)
    case .subscribe, .mute: break
    case .hangUp(let id):
      guard channels[id] != nil else { return Self.gone }
      leave(id, cause: 16)
    }
    return .success(.done)
  }

  private static let gone = Result<AsteriskAnswer, ARIError>.failure(
    ARIError(kind: .notFound, operation: "simulation", message: "not found")
  )

  /// `sound:FOLDER/FILE`
  private static func file(of media: String) -> String {
    media.lastIndex(of: "/").map { String(media[media.index(after: $0)...]) } ?? media
  }
}

// MARK: - What happens by itself

extension SimulatedPBX {
  mutating func happens(_ happening: Happening) {
    switch happening {
    case .rings(let id): if channels[id] != nil { tell("ChannelStateChange", id) }
    case .picksUp(let id): pickUp(id)
    case .ends(let id, let cause):
      if cause == 17, let channel = channels[id] { plans.append((.zero, .told(.simulatedBusy(frame(channel))))) }
      if channels[id]?.isUp == true { tell("ChannelHangupRequest", id, ["cause": .integer(Int64(cause))]) }
      leave(id, cause: cause)
    case .presses(let id, let key): tell("ChannelDtmfReceived", id, ["digit": .string(key)])
    case .waits(let id):
      guard let person = channels[id]?.person, person.hearings == 0, channels[id]?.playing.isEmpty == true else {
        return
      }
      press(person.keysAfterWaiting, on: id)
    case .playbackEnds(let id): endOfItself(id)
    case .comesBack(let id, let words):
      if channels[id] != nil { tell("StasisStart", id, ["args": .array(words.map(JSON.string))]) }
    case .told, .answered, .spoken: break
    }
  }

  private mutating func ring(_ origination: ARIChannels.Origination, _ person: SimulatedPerson) {
    let id = origination.channelID
    channels[id] = Channel(id: id, arguments: origination.arguments, person: person)
    plans.append((.milliseconds(300), .rings(id)))
    switch person.answer {
    case .busy: plans.append((.milliseconds(800), .ends(id, cause: 17)))
    case .reject: plans.append((.seconds(3), .ends(id, cause: 21)))
    case .noanswer: plans.append((origination.timeout, .ends(id, cause: 19)))
    case .machine: plans.append((.seconds(12), .picksUp(id)))
    case .accept, .decline, .repeat, .silent, .hangup: plans.append((.seconds(4), .picksUp(id)))
    case .unreachable: break
    }
  }

  private mutating func pickUp(_ id: String) {
    guard let channel = channels[id], !channel.isUp else { return }
    channels[id]?.isUp = true
    tell("ChannelStateChange", id)
    tell("StasisStart", id, ["args": .array(channel.arguments.map(JSON.string))])
    if channel.person?.answer == .hangup { plans.append((.seconds(3), .ends(id, cause: 16))) }
    plans.append((.seconds(10), .waits(id)))
  }

  /// The context of the shipped dialplan listens, and comes back with what it has heard.
  private mutating func detect(_ snoop: String, _ exten: String) {
    let leg = snoop.split(separator: "-").dropLast().joined(separator: "-")
    let isMachine = channels[leg]?.person?.answer == .machine
    if exten == "silence" { return plans.append((.seconds(6), .comesBack(snoop, ["amd", "SILENCE"]))) }
    let words = isMachine ? ["amd", "MACHINE", "LONGGREETING-1500-1500"] : ["amd", "HUMAN", "HUMAN-800-800"]
    plans.append((.milliseconds(isMachine ? 1_900 : 1_500), .comesBack(snoop, words)))
  }

  private mutating func leave(_ id: String, cause: Int?) {
    guard let channel = channels[id] else { return }
    for playback in channel.playing { end(playback.id) }
    if let bridge = channel.bridge { bridges[bridge]?.members.removeAll { $0 == id } }
    if channel.isUp { tell("StasisEnd", id) }
    if let cause { tell("ChannelDestroyed", id, ["cause": .integer(Int64(cause))]) }
    channels[id] = nil
  }

  private mutating func add(_ id: String, to bridge: String) {
    if let former = channels[id]?.bridge { bridges[former]?.members.removeAll { $0 == id } }
    channels[id]?.bridge = bridge
    bridges[bridge]?.members.append(id)
    tell("ChannelEnteredBridge", id, ["bridge": frame(bridge)])
  }

  private mutating func tell(_ type: String, _ id: String, _ more: [String: JSON] = [:]) {
    guard let channel = channels[id] else { return }
    plans.append((.milliseconds(1), .told(.simulated(type, on: frame(channel), more))))
  }
}

// MARK: - What is heard

extension SimulatedPBX {
  private mutating func begin(_ playback: Playback) {
    plans.append((lengths[playback.file] ?? .zero, .playbackEnds(playback.id)))
  }

  /// Whoever has heard the briefing decides.
  private mutating func endOfItself(_ playback: String) {
    let listener = channels.first { $0.value.playing.first?.id == playback }
    end(playback)
    guard let (id, channel) = listener, let person = channel.person else { return }
    if case .playback(_, .briefing(_, let hearing)) = AsteriskName(parsing: playback) {
      press(person.keys(afterHearing: hearing), on: id)
    }
  }

  /// By itself, or because it is stopped.
  private mutating func end(_ playback: String) {
    for (id, channel) in channels {
      guard let index = channel.playing.firstIndex(where: { $0.id == playback }) else { continue }
      channels[id]?.playing.remove(at: index)
      plans.append((.milliseconds(1), .told(.simulatedEnd(of: playback))))
      guard index == 0 else { continue }
      channels[id]?.person?.hearings += 1
      if let next = channels[id]?.playing.first { begin(next) }
    }
    for (id, bridge) in bridges {
      guard let index = bridge.playing.firstIndex(where: { $0.id == playback }) else { continue }
      bridges[id]?.playing.remove(at: index)
      plans.append((.milliseconds(1), .told(.simulatedEnd(of: playback))))
      if index == 0, let next = bridges[id]?.playing.first { begin(next) }
    }
  }

  /// Somebody types.
  private mutating func press(_ keys: String, on channel: String) {
    for (place, key) in keys.enumerated() {
      plans.append((.milliseconds(1_200 + 300 * Int64(place)), .presses(channel, String(key))))
    }
  }

  /// Writes down what is heard from now on.
  mutating func listen(at now: WallTime) {
    for (id, channel) in channels where channel.person != nil || channel.isCaller { note(sound(of: channel), id, now) }
    for id in heard.keys where channels[id] == nil { close(id, now) }
  }

  /// What is still heard ends with the simulation.
  mutating func stopListening(at now: WallTime) {
    for id in heard.keys { close(id, now) }
  }

  private mutating func note(_ sound: Sound, _ id: String, _ now: WallTime) {
    guard heard[id]?.last?.sound != sound || heard[id]?.last?.to != .distantFuture else { return }
    close(id, now)
    heard[id, default: []].append(Heard(sound: sound, from: now, to: .distantFuture))
  }

  private mutating func close(_ id: String, _ now: WallTime) {
    guard let last = heard[id]?.indices.last, heard[id]?[last].to == .distantFuture else { return }
    heard[id]?[last].to = now
    // What lasted for no time was not heard.
    if heard[id]?[last].from == now { heard[id]?.removeLast() }
  }

  private func sound(of channel: Channel) -> Sound {
    if !channel.isUp, channel.person != nil { return .ringing }
    if let words = channel.playing.first { return .words(words) }
    let bridge = channel.bridge.flatMap { bridges[$0] }
    if let words = bridge?.playing.first { return .words(words) }
    if let music = channel.music { return .music(music) }
    return (bridge?.members.count ?? 0) > 1 ? .conversation : .silence
  }
}

extension SimulatedPBX.Channel {
  fileprivate var isCaller: Bool { AsteriskName(parsing: id) == nil }
}

extension WallTime {
  fileprivate static let distantFuture = WallTime(milliseconds: .max)
}

/// Somebody whose phone rings, and what they do.
struct SimulatedPerson: Equatable, Sendable {
  /// Of the conf file.
  let name: String
  let answer: SimulatedCall.Answer
  let keys: AnswerKeys
  /// Sounds heard to their end.
  var hearings = 0

  /// What they press when they have heard the briefing once more.
  func keys(afterHearing hearing: Int) -> String {
    switch answer {
    case .accept: keys.accept.digits
    case .decline: keys.decline.digits
    case .repeat: hearing > 1 ? keys.accept.digits : keys.repeat.digits
    case .silent, .hangup, .busy, .reject, .noanswer, .unreachable, .machine: ""
    }
  }

  /// They have heard no briefing.
  var keysAfterWaiting: String { keys(afterHearing: 2) }
}
