package import Transfer

/// Speaks a text into a file of that name, and tells how long it lasts.
package typealias Speak =
  @Sendable (Wording, Voice, SoundFiles, SoundName) async throws(SpokenFileError) -> Duration

/// Why there is no such file.
package enum SpokenFileError: Error, Equatable, CustomStringConvertible {
  case speech(SpeechError)
  case file(SoundFileError)

  package var description: String {
    switch self {
    case .speech(let error): error.description
    case .file(let error): error.description
    }
  }
}
