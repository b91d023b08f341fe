/// A section of warm_transfer.conf, as a test puts it down in a line.
struct Section {
  let text: String

  private init(_ header: String, _ keys: [(String, String)]) {
    text = header + "\n" + keys.map { "\($0.0) = \($0.1)\n" }.joined() + "\n"
  }

  static func section(_ name: String, _ keys: [(String, String)]) -> Section { Section("[\(name)]", keys) }

  /// Of the service itself.
  static func general(_ keys: KeyValuePairs<String, String>) -> Section {
    Section("[general](+)", keys.map { ($0.key, $0.value) })
  }

  /// What holds for every target of the scene.
  static func transfer(_ keys: KeyValuePairs<String, String>) -> Section {
    Section("[transfer](+)", keys.map { ($0.key, $0.value) })
  }

  static func transfer(_ keys: [(String, String)]) -> Section { Section("[transfer](+)", keys) }

  /// A target whose phone at the far end does this, with milliseconds to the answer and to the key: accept-300-700.
  static func person(_ name: String, _ does: String, _ keys: KeyValuePairs<String, String> = [:]) -> Section {
    target(name, dials: "PJSIP/\(does)-\(name)@trunk", keys)
  }

  static func target(_ name: String, dials: String, _ keys: KeyValuePairs<String, String> = [:]) -> Section {
    Section("[\(name)]", [("type", "target"), ("dial", dials)] + keys.map { ($0.key, $0.value) })
  }

  static func rule(_ name: String, _ keys: KeyValuePairs<String, String>) -> Section {
    Section("[\(name)]", [("type", "rule")] + keys.map { ($0.key, $0.value) })
  }

  static func group(_ name: String, _ members: String, _ keys: KeyValuePairs<String, String> = [:]) -> Section {
    Section("[\(name)]", [("type", "group"), ("members", members)] + keys.map { ($0.key, $0.value) })
  }

  static func webhook(_ name: String, _ url: String, _ keys: KeyValuePairs<String, String> = [:]) -> Section {
    Section("[\(name)]", [("type", "webhook"), ("url", url)] + keys.map { ($0.key, $0.value) })
  }
}
