import ARI

@testable import WarmTransfer

// What a channel's own thread does, and how channels come and go.
extension FakeAsterisk {
  mutating func queue(_ step: Step, on id: String, _ answer: Answer) -> Answer {
    guard let channel = channels[id] else { return .status(404) }
    guard channel.place == .stasis else { return .status(409) }
    channel.steps.append(step)
    run(channel)
    return answer
  }

  /// All members are looked for before the first one is moved.
  mutating func add(_ members: [String], to bridge: String, _ ticket: Ticket) -> Answer {
    guard bridges[bridge] != nil else { return .status(404) }
    for member in members {
      guard let channel = channels[member] else { return .status(400) }
      guard channel.place == .stasis else { return .status(422) }
    }
    return queue(.enter(bridge, then: Array(members.dropFirst()), ticket), on: members[0], .later)
  }

  /// A playback keeps the thread busy: whatever comes after it waits.
  private mutating func run(_ channel: Channel) {
    while !channel.isPlaying, channel.place == .stasis, !channel.steps.isEmpty {
      switch channel.steps.removeFirst() {
      case .answer(let ticket):
        channel.isUp = true
        answers.append((ticket, .done))
      case .play(let playback): start(playback, on: channel)
      case .music(let name): channel.music = name
      case .enter(let bridge, let others, let ticket): enter(bridge, channel, then: others, ticket)
      case .set(let name, let value, let ticket):
        if name == "TIMEOUT(absolute)" { setLimit(value == "0" ? nil : now + (Int64(value) ?? 0) * 1_000, on: channel) }
        channel.variables[name] = value
        answers.append((ticket, .done))
      case .leave: leaveForDialplan(channel, .continued)
      }
    }
  }

  private mutating func start(_ playback: Playback, on channel: Channel) {
    guard !playback.isOver else { return }
    // Outside of a bridge the music is not taken up again after a playback.
    if channel.bridge == nil { channel.music = nil }
    channel.isPlaying = true
    say(.playback("PlaybackStarted", playback, "playing"), about: channel.id)
    guard let length = recordings[playback.media] else { return finish(playback, "failed") }
    plans.append((now + length, .playbackEnds(playback)))
  }

  private mutating func enter(_ bridge: String, _ channel: Channel, then others: [String], _ ticket: Ticket) {
    leaveBridge(channel)
    if let found = bridges[bridge] {
      found.members.append(channel.id)
      channel.bridge = bridge
      say(.bridge("ChannelEnteredBridge", channel.id, bridge), about: channel.id)
    }
    if let next = others.first, channels[next]?.place == .stasis {
      _ = queue(.enter(bridge, then: Array(others.dropFirst()), ticket), on: next, .later)
    } else {
      // Asterisk says yes although somebody has gone in between: only the events are a proof.
      answers.append((ticket, .done))
    }
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

  mutating func finish(_ playback: Playback, _ state: String) {
    playback.isOver = true
    playbacks.removeAll { $0 === playback }
    say(.playback("PlaybackFinished", playback, state), about: playback.place)
    if let bridge = bridges[playback.place], bridge.playback === playback { bridge.playback = nil }
    guard let channel = channels[playback.place] else { return }
    let wasWaiting = channel.steps.contains {
      if case .play(let waiting) = $0 { waiting === playback } else { false }
    }
    guard !wasWaiting else { return }
    channel.isPlaying = false
    run(channel)
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

  mutating func setLimit(_ limit: Int64?, on channel: Channel) {
    channel.limit = limit
    if let limit { plans.append((limit, .limitReached(channel.id))) }
  }

  private mutating func leaveBridge(_ channel: Channel) {
    guard let name = channel.bridge else { return }
    channel.bridge = nil
    guard let bridge = bridges[name] else { return }
    bridge.members.removeAll { $0 == channel.id }
    say(.bridge("ChannelLeftBridge", channel.id, name), about: channel.id)
  }

  mutating func leaveForDialplan(_ channel: Channel, _ exit: Channel.Exit) {
    channel.place = .dialplan
    leaveStasis(channel, exit)
  }

  mutating func destroy(_ id: String, _ exit: Channel.Exit, cause: Int) {
    guard let channel = channels.removeValue(forKey: id) else { return }
    let place = channel.place
    channel.place = .dialplan
    if place == .stasis { leaveStasis(channel, exit) }
    // Who has left the application is not listened to any more.
    if place != .dialplan { say(.destroyed(id, cause), about: id) }
  }

  private mutating func leaveStasis(_ channel: Channel, _ exit: Channel.Exit) {
    channel.exit = exit
    for step in channel.steps {
      switch step {
      case .answer(let ticket), .enter(_, _, let ticket), .set(_, _, let ticket): answers.append((ticket, .status(500)))
      case .play, .music, .leave: break
      }
    }
    channel.steps = []
    channel.music = nil
    for playback in playbacks where playback.place == channel.id { finish(playback, "done") }
    leaveBridge(channel)
    say(.channel("StasisEnd", channel.id, "Up"), about: channel.id)
  }
}
