import Runtime
package import Settings
import Speech

extension ConfFiles {
  /// The text of a conf file that somebody has typed in, who may be anybody: it includes no files, and no password is read
  /// from one. Only the system's time zones are there.
  package static func pasted(_ text: [UInt8], as path: String) -> ConfFiles {
    ConfFiles(
      read: { asked, limit throws(ReadError) in
        if asked == path, text.count <= limit { return text }
        if asked == path { throw ReadError(.tooLarge, "more than \(limit) bytes") }
        guard asked.isTimeZone else { throw ReadError(.unreadable, "a pasted conf text reads no files") }
        return try onDisk.read(asked, limit)
      },
      expand: { _ in [] }
    )
  }
}

extension String {
  /// Of the system's own database, and nothing that leads out of it.
  fileprivate var isTimeZone: Bool {
    let folder = "/usr/share/zoneinfo/"
    return self == "/etc/localtime" || hasPrefix(folder) && !split(separator: "/").contains("..")
  }
}

extension SimulationOrder {
  static let pastedName = "pasted.conf"
  static let longestPasted = 256 * 1024

  /// Writes the sound files that are asked for.
  package func carryOut() async throws -> SimulationReport {
    let settings: Settings
    if configuration == "-" {
      let text = try FileSystem.read("/dev/stdin", limit: Self.longestPasted)
      settings = try Settings.load(Self.pastedName, from: .pasted(text, as: Self.pastedName))
    } else {
      settings = try Settings.load(configuration, from: .onDisk)
    }
    var limits = SimulationLimits()
    if sounds == "-" { limits.sound = .seconds(120) }
    let report = try await Simulation.report(on: call, settings, limits: limits)
    if let sounds, sounds != "-" {
      for sound in report.sounds { try FileSystem.write(sound.recording.wave(), to: "\(sounds)/\(sound.file)") }
    }
    return report
  }
}
