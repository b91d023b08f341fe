package import Foundation

/// The Prometheus that `Tests/Lab/prepare` found or unpacked.
package enum PrometheusInstallation {
  package static func program(_ name: String) throws -> URL {
    let folder = ProcessInfo.processInfo.environment["WARM_TRANSFER_LAB"] ?? "/var/cache/warm-transfer-lab"
    let found = ["\(folder)/prometheus/usr/bin/\(name)", "/usr/bin/\(name)"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
    guard let found else {
      throw LabError(.notPrepared, "there is no \(name) here. Run Tests/Lab/prepare (as root) first")
    }
    return URL(filePath: found)
  }
}
