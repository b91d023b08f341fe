import ARI

@testable import WarmTransfer

// How channels come and go.
extension FakeAsterisk {
  mutating func originate(_ origination: ARIChannels.Origination) -> Answer {
    let id = origination.channelID
    // The real one gives either answer, as if by mood.
    if unknownEndpoints.contains(origination.endpoint) {
      return .status(origination.endpoint.hasSuffix("1") ? 500 : 409)
    }
    if channels[id] != nil { return .status(409) }
    let channel = Channel(id: id, place: .ringing, isUp: false)
    (channel.endpoint, channel.arguments) = (origination.endpoint, origination.arguments)
    channels[id] = channel
    tellOfPhone(channel, "RINGING")
    rung.append(origination)
    plans.append((now + origination.timeout.components.seconds * 1_000, .ringsOut(id)))
    return .done
  }

  mutating func tellOfPhone(_ channel: Channel, _ state: String) {
    guard tellsOfPhones, !channel.endpoint.isEmpty else { return }
    say(.device(channel.endpoint, state), about: channel.endpoint)
  }

  mutating func listen(to id: String, as snoop: String, _ arguments: [String]) -> Answer {
    guard let channel = channels[id] else { return .status(404) }
    guard channels[snoop] == nil else { return .status(409) }
    channels[snoop] = Channel(id: snoop, place: .stasis, isUp: true)
    channel.snoops.append(snoop)
    say(.enters(snoop, arguments), about: snoop)
    return .done
  }

  /// The shipped context `wt-amd` listens, and comes back to the application with what it has heard.
  mutating func comeBack(_ ear: Channel, from exten: String) {
    let leg = ear.id.split(separator: "-").dropLast().joined(separator: "-")
    guard let verdict = verdicts[leg] else { return }
    let isSilence = exten == "silence"
    plans.append(
      (
        now + (isSilence ? verdict.silenceAfter : verdict.after),
        .comesBack(ear.id, ["amd"] + (isSilence ? ["SILENCE"] : verdict.words))
      )
    )
  }

  /// The dialplan or another application has the channel now.
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
    if place != .dialplan && !channel.isForeign || channel.isWatched { say(.destroyed(id, cause), about: id) }
    tellOfPhone(channel, "NOT_INUSE")
    // Nothing is left to listen to.
    for snoop in channel.snoops { plans.append((now + 20, .goes(snoop, cause: 16))) }
  }

  private mutating func leaveStasis(_ channel: Channel, _ exit: Channel.Exit) {
    channel.exit = exit
    // Before anybody is told that they have left.
    if let name = channel.recordedAs {
      channel.recordedAs = nil
      messages[name] = max(1, now - (recordingsBegun[name] ?? now))
      say(
        .recording("RecordingFinished", name, "done", words: messages[name] ?? 0, of: messages[name] ?? 0),
        about: channel.id
      )
    }
    let steps = channel.steps
    channel.steps = []
    for step in steps {
      switch step {
      case .answer(let ticket), .enter(_, _, let ticket), .leaveBridge(_, let ticket), .set(_, let ticket):
        answers.append((ticket, .status(500)))
      case .play, .record, .music, .leave, .move: break
      }
    }
    channel.music = nil
    for playback in playbacks where playback.place == channel.id { finish(playback, "done") }
    leaveBridge(channel)
    if !channel.isForeign { say(.channel("StasisEnd", channel.id, "Up"), about: channel.id) }
  }

  /// A masquerade: another channel is from now on what this one was.
  mutating func replace(_ id: String, by new: String) {
    guard let old = channels[id], old.place == .stasis, channels[new] == nil else { return }
    let channel = Channel(id: new, place: .stasis, isUp: old.isUp)
    channel.isForeign = old.isForeign
    (channel.endpoint, channel.snoops, channel.music) = (old.endpoint, old.snoops, old.music)
    old.endpoint = ""
    (channel.steps, channel.playing, channel.variables) = (old.steps, old.playing, old.variables)
    (channel.recordedAs, old.recordedAs) = (old.recordedAs, nil)
    channels[id] = nil
    channels[new] = channel
    for (name, caller) in callers where caller === old { callers[name] = channel }
    setLimit(old.limit, on: channel)
    for playback in playbacks where playback.place == id { playback.place = new }
    if let name = old.bridge, let bridge = bridges[name], let place = bridge.members.firstIndex(of: id) {
      bridge.members[place] = new
      channel.bridge = name
    }
    old.place = .dialplan
    // The other application is told.
    if old.isForeign { return }
    say(.replaces(new, id), about: id)
    say(.channel("StasisEnd", id, "Up"), about: id)
    say(.destroyed(id, 16), about: id)
  }

  /// The picker's own channel comes in the place of the one that rings. Asterisk says so in either order.
  mutating func pickUp(_ id: String, by other: String) {
    guard let ringing = channels[id], ringing.place == .ringing, channels[other] == nil else { return }
    let channel = Channel(id: other, place: .stasis, isUp: true)
    (channel.endpoint, channel.arguments) = (ringing.endpoint, ringing.arguments)
    ringing.endpoint = ""
    channels[other] = channel
    if now.isMultiple(of: 2) {
      say(.enters(other, channel.arguments), about: id)
      destroy(id, .hungUp, cause: 26)
    } else {
      destroy(id, .hungUp, cause: 26)
      say(.enters(other, channel.arguments), about: id)
    }
  }
}
