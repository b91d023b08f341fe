import Glibc
import Runtime
import Speech
import Transfer

/// A spoken file in sounds_dir that the service might have written.
struct TestSound {
  struct Failure: Error {
    let reason: String
  }

  let name: SoundName
  let length: Duration
  private let files: SoundFiles

  static func write(_ text: String, as name: String, in folder: String) async throws(Failure) -> TestSound {
    guard let sound = SoundName(name) else { throw Failure(reason: "no name for a sound: \(name)") }
    guard access(folder, F_OK) == 0 else { throw Failure(reason: SystemError.text(of: errno)) }
    do throws(any Error) {
      let files = try SoundFiles(folder: folder)
      let voice = Voice()
      let length = try await SpeechSynthesizer().speak(
        Wording(SpokenText.spoken(text, by: voice)),
        voice,
        into: files,
        as: sound
      )
      // Root's file would be of root's group; the service's is of its own.
      for ending in ["wav", "wav16"] { try FileSystem.give(files.path(of: sound) + "." + ending, ownerOf: folder) }
      return TestSound(name: sound, length: length, files: files)
    } catch {
      throw Failure(reason: "\(error)")
    }
  }

  func media(in folder: String) -> String { "sound:\(folder)/\(name)" }

  /// Nobody is harmed by one that stays: the service sweeps the folder when it starts.
  func remove() {
    for ending in ["wav", "wav16"] { FileSystem.remove(files.path(of: name) + "." + ending) }
  }
}
