import Runtime
import Speech
import Transfer

/// What `warm-transfer speak` does: a text as callers and agents would hear it.
package enum SpeechSample {
  package static func write(_ text: String, to path: String) async throws {
    let recording = try await SpeechSynthesizer().speak(SpokenText.spoken(text, by: Voice()), voice: Voice())
    try FileSystem.write(recording.wave(), to: path)
  }
}
