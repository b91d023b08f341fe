package import Transport

/// Something that Asterisk says on the event stream. Kinds and fields that this client does not know do no harm.
package enum ARIEvent: Equatable, Sendable {
  case stasisStart(ARIChannel, arguments: [String], replaces: String?)
  case stasisEnd(ARIChannel)
  case channelStateChanged(ARIChannel)
  case channelHangupRequested(ARIChannel, cause: Int?)
  case channelDestroyed(ARIChannel, cause: Int)
  /// Nobody is rung any more. A Local channel is destroyed after it without a cause of its own.
  case busy(ARIChannel)
  case digitReceived(String, ARIChannel)
  case channelEnteredBridge(ARIChannel, ARIBridge)
  case channelLeftBridge(ARIChannel, ARIBridge)
  case bridgeDestroyed(ARIBridge)
  case playbackStarted(ARIPlayback)
  case playbackFinished(ARIPlayback)
  /// Of a recording that was made of a channel or a bridge.
  case recordingFinished(ARIRecording)
  /// Another client has connected with our application's name; events go there from now on.
  case applicationReplaced
  /// The channel is still ours: there is nobody in the application that it was to go to.
  case applicationMoveFailed(ARIChannel)
  /// `PJSIP/alice` is now `NOT_INUSE`, `INUSE`, `UNAVAILABLE`, ...
  case deviceStateChanged(device: String, state: String)
  case unknown(type: String)

  /// The kinds that Asterisk is asked to send: all that are told apart here.
  package static let kinds = [
    "StasisStart", "StasisEnd", "ChannelStateChange", "ChannelHangupRequest", "ChannelDestroyed", "Dial",
    "ChannelDtmfReceived", "ChannelEnteredBridge", "ChannelLeftBridge", "BridgeDestroyed", "PlaybackStarted",
    "PlaybackFinished", "RecordingFinished", "RecordingFailed", "ApplicationReplaced", "ApplicationMoveFailed",
    "DeviceStateChanged",
  ]

  package init(_ json: JSON) throws(ARIFormatError) {
    let type = try json.text("type")
    switch type {
    case "StasisStart":
      self = .stasisStart(
        try ARIChannel(json.part("channel")),
        arguments: (json["args"]?.array ?? []).compactMap(\.string),
        replaces: json["replace_channel"]?["id"]?.string
      )
    case "StasisEnd": self = .stasisEnd(try ARIChannel(json.part("channel")))
    case "ChannelStateChange": self = .channelStateChanged(try ARIChannel(json.part("channel")))
    case "ChannelHangupRequest":
      self = .channelHangupRequested(try ARIChannel(json.part("channel")), cause: json["cause"]?.integer.map(Int.init))
    case "ChannelDestroyed":
      self = .channelDestroyed(try ARIChannel(json.part("channel")), cause: json["cause"]?.integer.map(Int.init) ?? 0)
    case "Dial":
      self = try json.text("dialstatus") == "BUSY" ? .busy(try ARIChannel(json.part("peer"))) : .unknown(type: type)
    case "ChannelDtmfReceived":
      self = .digitReceived(try json.text("digit"), try ARIChannel(json.part("channel")))
    case "ChannelEnteredBridge":
      self = .channelEnteredBridge(try ARIChannel(json.part("channel")), try ARIBridge(json.part("bridge")))
    case "ChannelLeftBridge":
      self = .channelLeftBridge(try ARIChannel(json.part("channel")), try ARIBridge(json.part("bridge")))
    case "BridgeDestroyed": self = .bridgeDestroyed(try ARIBridge(json.part("bridge")))
    case "PlaybackStarted": self = .playbackStarted(try ARIPlayback(json.part("playback")))
    case "PlaybackFinished": self = .playbackFinished(try ARIPlayback(json.part("playback")))
    case "RecordingFinished", "RecordingFailed": self = .recordingFinished(try ARIRecording(json.part("recording")))
    case "ApplicationMoveFailed": self = .applicationMoveFailed(try ARIChannel(json.part("channel")))
    case "DeviceStateChanged":
      let device = try json.part("device_state")
      self = .deviceStateChanged(device: try device.text("name"), state: try device.text("state"))
    case "ApplicationReplaced": self = .applicationReplaced
    default: self = .unknown(type: type)
    }
  }
}
