/// The name of one Asterisk. A channel is known by it and by Asterisk's own id: another Asterisk may have the same id.
package struct PBXName: RawRepresentable, Hashable, Sendable, Codable {
  /// The one that `[general]` is about.
  package static let main = PBXName(rawValue: "main")

  package let rawValue: String

  package init(rawValue: String) {
    self.rawValue = rawValue
  }
}
