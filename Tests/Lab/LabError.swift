/// Why the lab could not do what a test asked of it.
package struct LabError: Error, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case notPrepared, noFreePorts, notStarted, notDelivered, refused, timedOut, badRecording, system
  }

  package var kind: Kind
  package var message: String
  package var description: String { "lab, \(kind.rawValue): \(message)" }

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }
}
