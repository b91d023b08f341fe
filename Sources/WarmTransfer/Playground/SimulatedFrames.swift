import ARI
import Transport

// What Asterisk says, through the reader of its own frames.
extension ARIEvent {
  static func simulated(_ type: String, on channel: JSON, _ more: [String: JSON] = [:]) -> ARIEvent {
    let frame = JSON.object(["type": .string(type), "channel": channel].merging(more) { first, _ in first })
    do throws(ARIFormatError) {
      return try ARIEvent(frame)
    } catch {
      return .unknown(type: type)
    }
  }

  static func simulatedEnd(of playback: String) -> ARIEvent {
    simulated("PlaybackFinished", on: [:], ["playback": ["id": .string(playback), "state": "done"]])
  }

  static func simulatedBusy(_ channel: JSON) -> ARIEvent {
    simulated("Dial", on: channel, ["peer": channel, "dialstatus": "BUSY"])
  }
}

extension SimulatedPBX {
  static let information = ARIInformation(["system": ["version": "simulated"], "status": ["startup_time": "now"]])

  func frame(_ channel: Channel) -> JSON {
    [
      "id": .string(channel.id), "name": .string(channel.id), "state": channel.isUp ? "Up" : "Ringing",
      "caller": ["name": .string(channel.callerName), "number": .string(channel.callerNumber)],
      "language": .string(channel.language),
      "dialplan": [
        "app_name": "Stasis", "app_data": .string(([application] + channel.arguments).joined(separator: ",")),
      ],
    ]
  }

  func frame(_ bridge: String) -> JSON {
    ["id": .string(bridge), "channels": .array((bridges[bridge]?.members ?? []).map(JSON.string))]
  }

  /// What there is, as Asterisk lists it.
  func answer(looking request: AsteriskRequest) -> Result<AsteriskAnswer, ARIError> {
    do throws(ARIFormatError) {
      switch request {
      case .information: return .success(.information(Self.information))
      case .channels:
        var listed: [ARIChannel] = []
        for channel in channels.values { listed.append(try ARIChannel(frame(channel))) }
        return .success(.channels(listed))
      case .bridges:
        var listed: [ARIBridge] = []
        for bridge in bridges.keys { listed.append(try ARIBridge(frame(bridge))) }
        return .success(.bridges(listed))
      case .channelsInHand: return .success(.names(channels.values.filter(\.isUp).map(\.id)))
      case .variables(let names, let id):
        return .success(.values((channels[id]?.variables ?? [:]).filter { names.contains($0.key) }))
      case .moduleIsRunning: return .success(.isSo(true))
      case .deviceStates(let devices):
        return .success(.values(Dictionary(devices.map { ($0, "NOT_INUSE") }) { first, _ in first }))
      case .watchDevices, .command: return .success(.done)
      }
    } catch {
      return .failure(ARIError(kind: .refused(status: 500), operation: "simulation", message: error.description))
    }
  }
}
