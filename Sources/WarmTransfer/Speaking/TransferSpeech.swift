import Runtime
import Speech
import Transfer

/// Turns the texts of transfers into sound files that Asterisk can play, and takes them away again.
///
/// Speaking is done elsewhere: who takes something away does not wait for what is being spoken.
actor TransferSpeech {
  /// What is there for one transfer.
  private struct Work {
    var inProgress = 0
    var isDiscarded = false
    var files: [SoundName] = []
    var prompts: [PromptCache.Lease] = []
  }

  private static let promptsFolder = "prompts"
  private static let fatalTextsFile = "fatal-texts"

  private let engine: Speak
  private let files: SoundFiles
  private let prompts: PromptCache
  private let log: Log
  private var fatalTexts: FatalTexts
  private var work: [TransferID: Work] = [:]
  private var turns = SpeechTurns()

  /// With an engine that speaks as it is written.
  init(folder: String, log: Log, engine: @escaping Speak) throws(SoundFileError) {
    self.engine = engine
    self.log = log
    files = try SoundFiles(folder: folder)
    prompts = try PromptCache(files: SoundFiles(folder: folder + "/" + Self.promptsFolder)) { error in
      log.error("could not delete an old prompt", ["reason": error])
    }
    fatalTexts = try FatalTexts(file: folder + "/" + Self.fatalTextsFile)
    if fatalTexts.wasSpeaking { log.warning("the last run died while it was synthesizing speech") }
  }

  static func open(folder: String, log: Log) throws(SoundFileError) -> TransferSpeech {
    let synthesizer = SpeechSynthesizer()
    return try TransferSpeech(folder: folder, log: log) { text, voice, files, name throws(SpokenFileError) in
      try await synthesizer.speak(SpokenText.spoken(text, by: voice), voice, into: files, as: name)
    }
  }

  /// The sounds that a service before this one made for transfers that go on; all others are taken away.
  func takeUp(_ transfers: [TransferID]) {
    do throws(SoundFileError) {
      let names = try files.names()
      for transfer in transfers {
        let own = AsteriskNames(transfer: transfer)
        work[transfer, default: Work()].files = names.filter { own.isName($0.description) }
      }
      try files.sweep(keeping: Set(work.values.flatMap(\.files)))
    } catch {
      log.error("could not check the sound files of the last run", ["reason": error])
    }
  }

  var textsWaiting: Int { turns.count }

  /// Says whether it could be done, never throws: a transfer goes on without a text, as well as it can.
  ///
  /// What is the transfer's own is gone with it; anything else is kept for the next that says the same.
  func prepare(
    _ speech: SpeechID,
    _ text: String,
    _ voice: Voice,
    for transfer: TransferID,
    isOwn: Bool
  ) async -> TransferEvent {
    work[transfer, default: Work()].inProgress += 1
    let event: TransferEvent
    do throws(SpokenFileError) {
      event = .speechReady(
        speech,
        try await isOwn ? own(speech, text, voice, transfer) : prompt(text, voice, transfer)
      )
    } catch {
      if work[transfer]?.isDiscarded != true {
        log.error("speech failed", ["transfer": transfer, "reason": error])
      }
      event = .speechFailed(speech, "\(error)")
    }
    work[transfer]?.inProgress -= 1
    await removeIfDiscarded(transfer)
    return event
  }

  /// What is being spoken for the transfer is taken away as soon as it is there; what waits for that never is.
  func discard(_ transfer: TransferID) async {
    work[transfer]?.isDiscarded = true
    turns.drop(transfer)
    await removeIfDiscarded(transfer)
  }

  private func prompt(
    _ text: String,
    _ voice: Voice,
    _ transfer: TransferID
  ) async throws(SpokenFileError) -> SpokenMedia {
    let prompt = try await prompts.lease(text, voice: voice) {
      text,
      voice,
      files,
      name throws(SpokenFileError) in
      try await self.speak(text, voice, files, name, for: transfer)
    }
    work[transfer]?.prompts.append(prompt)
    return SpokenMedia(file: "\(Self.promptsFolder)/\(prompt.name)", length: prompt.duration)
  }

  private func own(
    _ speech: SpeechID,
    _ text: String,
    _ voice: Voice,
    _ transfer: TransferID
  ) async throws(SpokenFileError) -> SpokenMedia {
    guard let name = SoundName(AsteriskNames(transfer: transfer).sound(speech)) else {
      throw .speech(SpeechError(.synthesisFailed, "the sound file would have a name that is none"))
    }
    let length = try await speak(text, voice, files, name, for: transfer)
    work[transfer]?.files.append(name)
    return SpokenMedia(file: name.description, length: length)
  }

  private func speak(
    _ text: String,
    _ voice: Voice,
    _ files: SoundFiles,
    _ name: SoundName,
    for transfer: TransferID
  ) async throws(SpokenFileError) -> Duration {
    let isOver = work[transfer]?.isDiscarded ?? true
    guard !isOver, await withCheckedContinuation({ turns.take($0, for: transfer) }) else {
      throw .speech(SpeechError(.cancelled, "the transfer is over"))
    }
    defer { turns.pass() }
    guard fatalTexts.begin(text, voice) else {
      throw .speech(SpeechError(.fatal, "the service has ended more than once while it spoke this text"))
    }
    defer { fatalTexts.end(text, voice) }
    return try await engine(text, voice, files, name)
  }

  private func removeIfDiscarded(_ transfer: TransferID) async {
    guard let done = work[transfer], done.isDiscarded, done.inProgress == 0 else { return }
    work[transfer] = nil
    for prompt in done.prompts { await prompts.release(prompt) }
    for file in done.files {
      do throws(SoundFileError) {
        try files.remove(named: file)
      } catch {
        log.error("could not delete a sound file", ["transfer": transfer, "reason": error])
      }
    }
  }
}

/// What `warm-transfer speak` does: a text as callers and agents would hear it.
package enum SpeechSample {
  package static func write(_ text: String, to path: String) async throws {
    let recording = try await SpeechSynthesizer().speak(SpokenText.spoken(text, by: Voice()), voice: Voice())
    try FileSystem.write(recording.wave(), to: path)
  }
}
