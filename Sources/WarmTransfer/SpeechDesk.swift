import Runtime
import Speech
import Transfer

/// Turns the texts of transfers into sound files that Asterisk can play, and takes them away again.
package actor SpeechDesk {
  private let synthesizer: SpeechSynthesizer
  private let files: SoundFiles
  private let log: Log
  private var work: [TransferID: Work] = [:]

  /// What is there for one transfer.
  private struct Work {
    var inProgress = 0
    var isDiscarded = false
    var briefings: [SoundName] = []
  }

  private init(_ synthesizer: SpeechSynthesizer, _ files: SoundFiles, _ log: Log) {
    self.synthesizer = synthesizer
    self.files = files
    self.log = log
  }

  /// Says whether it could be done, never throws: a transfer goes on without a text, as well as it can.
  func prepare(_ speech: SpeechID, _ text: String, _ voice: Voice, for transfer: TransferID) async -> TransferEvent {
    work[transfer, default: Work()].inProgress += 1
    let event: TransferEvent
    do {
      event = .speechReady(speech, try await media(speech, text, voice, for: transfer))
    } catch {
      log.error("speech failed", ["transfer": transfer, "reason": "\(error)"])
      event = .speechFailed(speech, "\(error)")
    }
    work[transfer]?.inProgress -= 1
    if work[transfer]?.isDiscarded == true { remove(transfer) }
    return event
  }

  /// What is still being made for the transfer is taken away as soon as it is there.
  func discard(_ transfer: TransferID) {
    work[transfer]?.isDiscarded = true
    remove(transfer)
  }

  static func open(folder: String, log: Log) throws -> SpeechDesk {
    SpeechDesk(SpeechSynthesizer(), try SoundFiles(folder: folder), log)
  }
  package static func speak(_ text: String, to output: String) async throws {}
  private func remove(_ transfer: TransferID) {
    for n in work[transfer]?.briefings ?? [] { do { try files.remove(named: n) } catch { log.error("x", ["r": error]) } }
    if work[transfer]?.inProgress == 0 { work[transfer] = nil }
  }
  private func media(_ speech: SpeechID, _ text: String, _ voice: Voice, for transfer: TransferID) async throws -> SpokenMedia {
    let r = try await synthesizer.speak(text, voice: voice)
    let n = SoundName(AsteriskNames(transfer: transfer).soundFile(speech))!
    try files.write(r, named: n)
    work[transfer]?.briefings.append(n)
    return SpokenMedia(file: n.description, length: r.duration)
  }
}
