package import Foundation

/// The Asterisk that `Tests/Lab/prepare` found or made.
package struct AsteriskInstallation: Sendable {
  /// "/" or the root of another system, to be entered with chroot.
  package var root: URL
  package var modules: String

  package static func find() throws -> AsteriskInstallation {
    let folder = ProcessInfo.processInfo.environment["WARM_TRANSFER_LAB"] ?? "/var/cache/warm-transfer-lab"
    let debootstrapped = URL(fileURLWithPath: folder).appendingPathComponent("root")
    let files = FileManager.default
    if files.fileExists(atPath: debootstrapped.appendingPathComponent(".complete").path) {
      guard getuid() == 0 else {
        throw LabError(.notPrepared, "Asterisk is in \(debootstrapped.path) and has to be run with chroot: be root")
      }
      return try AsteriskInstallation(at: debootstrapped)
    }
    guard files.fileExists(atPath: "/usr/sbin/asterisk") else {
      throw LabError(.notPrepared, "there is no Asterisk here. Run Tests/Lab/prepare (as root) first")
    }
    return try AsteriskInstallation(at: URL(fileURLWithPath: "/"))
  }

  private init(at root: URL) throws {
    let libraries = root.appendingPathComponent("usr/lib")
    let found = try FileManager.default.contentsOfDirectory(atPath: libraries.path).sorted()
      .map { "\($0)/asterisk/modules" }
      .first { FileManager.default.fileExists(atPath: libraries.appendingPathComponent($0).path) }
    guard let found else {
      throw LabError(.notPrepared, "no Asterisk modules below \(libraries.path). Run Tests/Lab/prepare (as root) again")
    }
    self.root = root
    self.modules = "/usr/lib/" + found
  }

  /// Where runs of the lab live: seen by Asterisk too, without a mount.
  package var runs: URL {
    root.path == "/" ? FileManager.default.temporaryDirectory : root.appendingPathComponent("srv")
  }

  /// A file as Asterisk itself names it.
  package func pathInAsterisk(_ file: URL) -> String {
    root.path == "/" ? file.path : String(file.path.dropFirst(root.path.count))
  }

  package func command(_ arguments: [String]) -> (executable: String, arguments: [String]) {
    let asterisk = "/usr/sbin/asterisk"
    guard root.path != "/" else { return (asterisk, arguments) }
    return ("/usr/sbin/chroot", [root.path, asterisk] + arguments)
  }
}
