package import Foundation

/// What one end of a call hears, while it hears it.
///
/// Asterisk writes a recording in pieces of 32 KiB: two seconds of it at 8 kHz, a third of a second at 48 kHz.
package struct LiveEar: Sendable {
  /// The instant of the first frame, as far as the lab knows it: some 20 ms.
  package let start: Date
  private let file: URL
  private var taken = 0
  private static let rate = 48_000
  private static let stride = rate / Tones.rate
  /// A frame of 20 ms in bytes.
  private static let frameBytes = rate / 50 * 2

  fileprivate init(start: Date, file: URL) {
    self.start = start
    self.file = file
  }

  /// The frames that are new since the last time.
  package mutating func hear() throws -> Sound {
    guard FileManager.default.fileExists(atPath: file.path) else { return Sound(samples: [], rate: Tones.rate) }
    let handle = try FileHandle(forReadingFrom: file)
    defer { handle.closeFile() }
    try handle.seek(toOffset: UInt64(taken))
    let bytes = [UInt8](try handle.readToEnd() ?? Data())
    let whole = bytes.count - bytes.count % Self.frameBytes
    taken += whole
    let samples = Swift.stride(from: 0, to: whole, by: 2 * Self.stride).map { at in
      Int16(bitPattern: UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8)
    }
    return Sound(samples: samples, rate: Tones.rate)
  }
}

extension Leg {
  /// Listens in on this end, from now on, beside its recording.
  package func listen() async throws -> LiveEar {
    let name = "heard/\(id)-live.sln48"
    try await lab.farEnd.manager().send(
      "MixMonitor",
      ["Channel": try await channel(), "Options": "r(\(lab.farEnd.directoryInAsterisk)/\(name))"]
    )
    return LiveEar(start: Date(), file: lab.farEnd.directory.appendingPathComponent(name))
  }
}
