import Settings
import Transfer

/// The phones of which Asterisk tells whether they are in use, and which of them it has been asked about.
struct WatchedPhones: Sendable {
  /// Asterisk reads lines of up to 4,096 bytes; a name may be encoded with three for one.
  private static let longestBatch = 1_000

  /// Asked about, and nothing told of them since: what is answered is news.
  private var unheard: Set<String> = []
  /// Asterisk could not be asked about some of them.
  private(set) var areUnknown = false
  /// Batches of which nothing is known yet.
  private var unanswered = 0

  /// Asked for the first time, or after a time in which nobody was listening, nobody is rung before the answer: they may
  /// have signed off. Not for longer than this.
  static let patience: Duration = .seconds(1)

  /// In batches that fit into one request.
  mutating func begin(_ settings: Settings) -> [[String]] {
    areUnknown = false
    let signs = settings.targets.map { DeviceState.sign(of: $0.name) }
    let devices = Set(settings.targets.compactMap(DeviceState.device) + signs).sorted()
    let batches: [[String]] = devices.reduce(into: []) { batches, device in
      let length = batches.last?.reduce(0) { $0 + $1.utf8.count } ?? .max
      if length > Self.longestBatch - device.utf8.count {
        batches.append([device])
      } else {
        batches[batches.count - 1].append(device)
      }
    }
    unanswered = batches.count
    return batches
  }

  /// Whether it was the last one.
  mutating func batchIsAnswered() -> Bool {
    unanswered -= 1
    return unanswered == 0
  }

  mutating func ask(about devices: [String]) { unheard.formUnion(devices) }

  /// What is told now is newer than what is being answered.
  mutating func hear(of device: String) { unheard.remove(device) }

  /// Whether the answer about this device counts.
  mutating func take(_ device: String) -> Bool { unheard.remove(device) != nil }

  mutating func couldNotAsk() { areUnknown = true }
}
