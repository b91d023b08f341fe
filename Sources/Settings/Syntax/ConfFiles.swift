/// How the parser gets at files; the settings themselves never touch a disk.
package struct ConfFiles: Sendable {
  package struct ReadError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable {
      case missing, tooLarge, unreadable
    }

    package let kind: Kind
    /// What the system says: `Permission denied`.
    package let description: String

    package init(_ kind: Kind, _ description: String) {
      self.kind = kind
      self.description = description
    }
  }

  /// The bytes of a file; `.tooLarge` when there are more than the limit.
  package typealias Read = @Sendable (_ path: String, _ limit: Int) throws(ReadError) -> [UInt8]
  /// The files that a pattern with an absolute path stands for, sorted, as `glob(3)` gives them. A path without
  /// wildcards stands for itself when it exists.
  package typealias Expand = @Sendable (_ pattern: String) -> [String]

  package var read: Read
  package var expand: Expand

  package init(read: @escaping Read, expand: @escaping Expand) {
    self.read = read
    self.expand = expand
  }
}
