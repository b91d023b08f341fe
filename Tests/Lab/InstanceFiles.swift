import Foundation

/// Lays out an instance's directory: its conf files, with the shipped ones among them, and its sounds.
struct InstanceFiles {
  var directory: URL
  /// What stands for @NAME@ in the conf files.
  var values: [String: String]

  private static let lab = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let shipped = lab.appendingPathComponent("../../asterisk-conf").standardizedFileURL

  func write(for name: AsteriskInstance.Name) throws {
    let folders = ["etc", "lib", "run", "log", "spool/recording", "spool/monitor", "sounds", "heard", "moh"]
    for folder in folders {
      let made = directory.appendingPathComponent(folder)
      try FileManager.default.createDirectory(at: made, withIntermediateDirectories: true)
    }
    if name == .pbx { try copy(Self.shipped) { $0 != "warm_transfer.conf" } }
    try copy(Self.lab.appendingPathComponent("conf/both"))
    try copy(Self.lab.appendingPathComponent("conf/\(name.rawValue)"))
  }

  private func copy(_ folder: URL, where isWanted: (String) -> Bool = { _ in true }) throws {
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path)
    where file.hasSuffix(".conf") && isWanted(file) {
      var text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      for (name, value) in values { text = text.replacingOccurrences(of: "@\(name)@", with: value) }
      try Data(text.utf8).write(to: directory.appendingPathComponent("etc/\(file)"))
    }
  }
}
