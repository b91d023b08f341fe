/// Why something could not be spoken. `kind` is bounded and fit for a metric's label.
package struct SpeechError: Error, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case dataMissing, unknownVoice, nothingToSay, synthesisFailed, tooLong, resamplingFailed, cancelled, fatal
    case unusableSound, engineFailed, engineBusy
  }

  package let kind: Kind
  package let message: String
  /// The library's own status code, where there is one.
  package let status: Int?

  package init(_ kind: Kind, _ message: String, status: Int? = nil) {
    self.kind = kind
    self.message = message
    self.status = status
  }

  package var description: String {
    message + (status.map { " (status \($0))" } ?? "")
  }
}
