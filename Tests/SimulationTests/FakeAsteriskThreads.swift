import ARI

@testable import WarmTransfer

// What a channel's own thread does. A playback keeps it busy: whatever comes after it waits.
extension FakeAsterisk {
  static let ourApplication = "warm-transfer"

  mutating func queue(_ step: Step, on id: String, _ answer: Answer) -> Answer {
    guard let channel = channels[id] else { return .status(404) }
    guard channel.place == .stasis else { return .status(409) }
    channel.steps.append(step)
    run(channel)
    return answer
  }

  mutating func run(_ channel: Channel) {
    while channel.playing == nil, channel.recordedAs == nil, channel.place == .stasis, !channel.steps.isEmpty {
      switch channel.steps.removeFirst() {
      case .answer(let ticket):
        channel.isUp = true
        answers.append((ticket, .done))
      case .play(let playback): start(playback, on: channel)
      case .record(let name, let longest, let silence): start(name, on: channel, longest, silence)
      case .leaveBridge(let bridge, let ticket):
        if channel.bridge == bridge { leaveBridge(channel) }
        answers.append((ticket, .done))
      case .music(let name): channel.music = name
      case .enter(let bridge, let others, let ticket): enter(bridge, channel, then: others, ticket)
      case .set(let variables, let ticket):
        for variable in variables { set(variable.name, variable.value, on: channel) }
        answers.append((ticket, .done))
      case .leave(let exten):
        leaveForDialplan(channel, .continued)
        // The first thing that the shipped dialplan does.
        setLimit(nil, on: channel)
        if let exten { comeBack(channel, from: exten) }
      case .move(let application, let arguments):
        if channel.isForeign, application == Self.ourApplication {
          channel.isForeign = false
          say(.enters(channel.id, arguments, isUp: channel.isUp), about: channel.id)
        } else if applications.contains(application) {
          leaveForDialplan(channel, .moved(to: application, arguments))
        } else {
          say(.channel("ApplicationMoveFailed", channel.id, "Up"), about: channel.id)
        }
      }
    }
  }

  mutating func set(_ name: String, _ value: String, on channel: Channel) {
    if name == "TIMEOUT(absolute)" { setLimit(value == "0" ? nil : now + (Int64(value) ?? 0) * 1_000, on: channel) }
    channel.variables[name] = value
  }

  mutating func setLimit(_ limit: Int64?, on channel: Channel) {
    channel.limit = limit
    if let limit { plans.append((limit, .limitReached(channel.id))) }
  }

  // MARK: Playbacks

  mutating func play(_ media: String, to id: String, as name: String) -> Answer {
    guard let channel = channels[id] else { return .status(404) }
    guard channel.place == .stasis else { return .status(409) }
    let playback = Playback(id: name, media: media, place: id)
    playbacks.append(playback)
    return queue(.play(playback), on: id, .done)
  }

  private mutating func start(_ playback: Playback, on channel: Channel) {
    guard !playback.isOver else { return }
    // Outside of a bridge the music is not taken up again after a playback.
    if channel.bridge == nil { channel.music = nil }
    channel.playing = playback
    say(.playback("PlaybackStarted", playback, "playing"), about: channel.id)
    let message = playback.media.hasPrefix("recording:") ? messages[String(playback.media.dropFirst(10))] : nil
    guard let length = message ?? recordings[playback.media] else { return finish(playback, "failed") }
    plans.append((now + length, .playbackEnds(playback)))
  }

  mutating func play(_ media: String, toBridge id: String, as name: String) -> Answer {
    guard let bridge = bridges[id] else { return .status(404) }
    let playback = Playback(id: name, media: media, place: id)
    playbacks.append(playback)
    bridge.playback = playback
    say(.playback("PlaybackStarted", playback, "playing"), about: id)
    if let length = recordings[media] {
      plans.append((now + length, .playbackEnds(playback)))
    } else {
      finish(playback, "failed")
    }
    return .done
  }

  /// Stopped, heard to the end or failed; one that still waits for its turn never begins.
  mutating func finish(_ playback: Playback, _ state: String) {
    playback.isOver = true
    playbacks.removeAll { $0 === playback }
    say(.playback("PlaybackFinished", playback, state), about: playback.place)
    if let bridge = bridges[playback.place], bridge.playback === playback { bridge.playback = nil }
    guard let channel = channels[playback.place], channel.playing === playback else { return }
    channel.playing = nil
    run(channel)
  }

  // MARK: Recordings

  mutating func record(_ id: String, as name: String, _ longest: Duration, _ silence: Duration) -> Answer {
    let isTaken = messages[name] != nil || channels.values.contains { $0.recordedAs == name }
    guard channels[id] != nil, !isTaken else { return .status(channels[id] == nil ? 404 : 409) }
    let seconds = (longest.components.seconds * 1_000, silence.components.seconds * 1_000)
    return queue(.record(name, longest: seconds.0, silence: seconds.1), on: id, .done)
  }

  private mutating func start(_ name: String, on channel: Channel, _ longest: Int64, _ silence: Int64) {
    guard channel.bridge == nil else {
      return say(.recording("RecordingFailed", name, "failed", words: 0, of: 0), about: channel.id)
    }
    channel.recordedAs = name
    channel.music = nil
    let words = speeches[channel.id] ?? 3_000
    let end = silence > 0 ? min(longest, words + silence) : longest
    recordingsBegun[name] = now
    plans.append((now + end, .recordingEnds(name, of: channel.id, words: min(words, longest))))
  }

  mutating func endRecording(_ name: String) -> Bool {
    guard let channel = channels.values.first(where: { $0.recordedAs == name }) else { return false }
    stopRecording(name, min(speeches[channel.id] ?? 3_000, now - (recordingsBegun[name] ?? now)))
    return true
  }

  mutating func stopRecording(_ name: String, _ words: Int64) {
    guard let channel = channels.values.first(where: { $0.recordedAs == name }) else { return }
    channel.recordedAs = nil
    messages[name] = max(1, now - (recordingsBegun[name] ?? now))
    say(.recording("RecordingFinished", name, "done", words: words, of: messages[name] ?? 0), about: channel.id)
    run(channel)
  }

  // MARK: Bridges

  mutating func createBridge(_ id: String, _ kind: ARIBridges.Kind) -> Answer {
    guard bridges[id] == nil else { return .status(409) }
    bridges[id] = Bridge(id: id, kind: kind)
    return .done
  }

  mutating func destroyBridge(_ id: String) -> Answer {
    guard let bridge = bridges[id] else { return .status(404) }
    if let playback = bridge.playback { finish(playback, "done") }
    for member in bridge.members {
      if let channel = channels[member] { leaveBridge(channel) }
    }
    bridges[id] = nil
    say(.bridgeDestroyed(id), about: id)
    return .done
  }

  /// All members are looked for before the first one is moved.
  mutating func add(_ members: [String], to bridge: String, _ ticket: Ticket) -> Answer {
    guard bridges[bridge] != nil else { return .status(404) }
    for member in members {
      guard let channel = channels[member] else { return .status(400) }
      if channel.recordedAs != nil { return .status(409) }
      guard channel.place == .stasis else { return .status(422) }
    }
    return queue(.enter(bridge, then: Array(members.dropFirst()), ticket), on: members[0], .later)
  }

  private mutating func enter(_ bridge: String, _ channel: Channel, then others: [String], _ ticket: Ticket) {
    leaveBridge(channel)
    if let found = bridges[bridge] {
      found.members.append(channel.id)
      channel.bridge = bridge
      say(.bridge("ChannelEnteredBridge", channel.id, bridge, with: found.members), about: channel.id)
    }
    if let next = others.first, channels[next]?.place == .stasis {
      _ = queue(.enter(bridge, then: Array(others.dropFirst()), ticket), on: next, .later)
    } else {
      // Asterisk says yes although somebody has gone in between: only the events are a proof.
      answers.append((ticket, .done))
    }
  }

  mutating func leaveBridge(_ channel: Channel) {
    guard let name = channel.bridge else { return }
    channel.bridge = nil
    guard let bridge = bridges[name] else { return }
    bridge.members.removeAll { $0 == channel.id }
    say(.bridge("ChannelLeftBridge", channel.id, name, with: bridges[name]?.members ?? []), about: channel.id)
  }
}
