import Transport

@testable import ARI

extension FakeAsterisk {
  mutating func say(_ event: ARIEvent, about subject: String) {
    said.append((subject, event))
  }
}

// Everything that the fake says has been through the reader of Asterisk's own frames.
extension ARIEvent {
  static func channel(_ type: String, _ id: String, _ state: String) -> ARIEvent {
    read(["type": .string(type), "channel": channel(id, state)])
  }

  static func enters(_ id: String, _ arguments: [String], isUp: Bool = true) -> ARIEvent {
    let channel = channel(id, isUp ? "Up" : "Ring")
    return read(["type": "StasisStart", "args": .array(arguments.map(JSON.string)), "channel": channel])
  }

  static func replaces(_ id: String, _ replaced: String) -> ARIEvent {
    read(["type": "StasisStart", "channel": channel(id, "Up"), "replace_channel": channel(replaced, "Up")])
  }

  static func device(_ name: String, _ state: String) -> ARIEvent {
    read(["type": "DeviceStateChanged", "device_state": ["name": .string(name), "state": .string(state)]])
  }

  static func key(_ key: String, _ id: String) -> ARIEvent {
    read(["type": "ChannelDtmfReceived", "digit": .string(key), "channel": channel(id, "Up")])
  }

  static func hangupRequested(_ id: String, _ cause: Int) -> ARIEvent {
    read(["type": "ChannelHangupRequest", "cause": .integer(Int64(cause)), "channel": channel(id, "Up")])
  }

  static func destroyed(_ id: String, _ cause: Int) -> ARIEvent {
    read(["type": "ChannelDestroyed", "cause": .integer(Int64(cause)), "channel": channel(id, "Up")])
  }

  static func bridge(_ type: String, _ channel: String, _ bridge: String, with members: [String]) -> ARIEvent {
    read([
      "type": .string(type), "channel": Self.channel(channel, "Up"),
      "bridge": ["id": .string(bridge), "channels": .array(members.map(JSON.string))],
    ])
  }

  static func bridgeDestroyed(_ id: String) -> ARIEvent {
    read(["type": "BridgeDestroyed", "bridge": ["id": .string(id)]])
  }

  static func playback(_ type: String, _ playback: FakeAsterisk.Playback, _ state: String) -> ARIEvent {
    read([
      "type": .string(type),
      "playback": ["id": .string(playback.id), "media_uri": .string(playback.media), "state": .string(state)],
    ])
  }

  static func recording(_ type: String, _ name: String, _ state: String, words: Int64, of length: Int64) -> ARIEvent {
    read([
      "type": .string(type),
      "recording": [
        "name": .string(name), "state": .string(state), "duration": .integer(length / 1_000),
        "talking_duration": .integer(words / 1_000), "cause": "in a bridge",
      ],
    ])
  }

  fileprivate static func channel(_ id: String, _ state: String) -> JSON {
    ["id": .string(id), "name": .string(id), "state": .string(state), "caller": ARIChannel.caller(on: id)]
  }

  private static func read(_ frame: JSON) -> ARIEvent {
    do {
      return try ARIEvent(frame)
    } catch {
      preconditionFailure("the fake says what Asterisk never says: \(error)")
    }
  }
}

extension ARIChannel {
  /// Every caller has a number of their own.
  fileprivate static func caller(on channel: String) -> JSON {
    guard channel.hasPrefix("caller-") else { return [:] }
    return ["name": "Jane", "number": .string("+1555" + channel.filter(\.isNumber))]
  }

  /// As Asterisk lists it.
  static func listed(_ channel: FakeAsterisk.Channel) -> ARIChannel {
    let application = channel.place == .stasis ? "Stasis" : channel.place == .dialplan ? "Playback" : ""
    let json: JSON = [
      "id": .string(channel.id), "name": .string(channel.id), "caller": caller(on: channel.id),
      "state": channel.place == .ringing ? "Ringing" : channel.isUp ? "Up" : "Ring",
      "dialplan": [
        "app_name": .string(application),
        "app_data": .string((["warm-transfer"] + channel.arguments).joined(separator: ",")),
      ],
    ]
    do {
      return try ARIChannel(json)
    } catch {
      preconditionFailure("the fake lists what Asterisk never lists: \(error)")
    }
  }
}

extension ARIEvent {
  /// For a story.
  var inShort: String {
    switch self {
    case .stasisStart(let channel, let arguments, let replaced):
      "StasisStart \(channel.id) \(arguments)" + (replaced.map { " replaces \($0)" } ?? "")
    case .stasisEnd(let channel): "StasisEnd \(channel.id)"
    case .channelStateChanged(let channel): "ChannelStateChange \(channel.id) \(channel.state)"
    case .channelHangupRequested(let channel, _): "ChannelHangupRequest \(channel.id)"
    case .channelDestroyed(let channel, let cause): "ChannelDestroyed \(channel.id) \(cause)"
    case .busy(let channel): "Dial BUSY \(channel.id)"
    case .digitReceived(let digit, let channel): "key \(digit) from \(channel.id)"
    case .channelEnteredBridge(let channel, let bridge): "ChannelEnteredBridge \(channel.id) \(bridge.id)"
    case .channelLeftBridge(let channel, let bridge): "ChannelLeftBridge \(channel.id) \(bridge.id)"
    case .bridgeDestroyed(let bridge): "BridgeDestroyed \(bridge.id)"
    case .playbackStarted(let playback): "PlaybackStarted \(playback.id)"
    case .playbackFinished(let playback): "PlaybackFinished \(playback.id) \(playback.state)"
    case .recordingFinished(let recording): "RecordingFinished \(recording.name) \(recording.failure ?? "")"
    case .deviceStateChanged(let device, let state): "DeviceStateChanged \(device) \(state)"
    case .applicationMoveFailed(let channel): "ApplicationMoveFailed \(channel.id)"
    case .applicationReplaced, .unknown: "\(self)"
    }
  }
}
