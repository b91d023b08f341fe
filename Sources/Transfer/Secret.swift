/// A password that no log line shows by accident.
package struct Secret: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The password itself.
  package let exposed: String

  package init(_ exposed: String) {
    self.exposed = exposed
  }

  package var description: String { "…" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
