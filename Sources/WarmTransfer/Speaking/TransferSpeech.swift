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
    /// By what is said: whoever else is rung for the caller is told the same.
    var own: [OwnText: OwnSound] = [:]
  }

  private struct OwnText: Hashable {
    let text: String
    let voice: Voice
  }

  fileprivate enum OwnSound {
    case beingMade(awaitedBy: [CheckedContinuation<Void, Never>])
    case made(SpokenMedia)
  }

  private static let promptsFolder = "prompts"
  private static let fatalTextsFile = "fatal-texts"

  private let engine: Speak
  private let files: SoundFiles
  private let prompts: PromptCache
  private let log: Log
  private var fatalTexts: FatalTexts
  private var pronunciations = Pronunciations()
  private var work: [TransferID: Work] = [:]
  private var turns = SpeechTurns()

  /// With an engine that says the words that it is given.
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
    return try TransferSpeech(folder: folder, log: log) { wording, voice, files, name throws(SpokenFileError) in
      try await synthesizer.speak(wording, voice, into: files, as: name)
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

  /// What is spoken from now on follows these.
  func use(_ pronunciations: Pronunciations) { self.pronunciations = pronunciations }

  var textsWaiting: Int { turns.count }

  /// Says whether it could be done, never throws: a transfer goes on without a text, as well as it can.
  ///
  /// What is the transfer's own is gone with it; anything else is kept for the next that says the same.
  func prepare(
    _ speech: SpeechID,
    _ wording: Wording,
    _ voice: Voice,
    for transfer: TransferID,
    isOwn: Bool
  ) async -> TransferEvent {
    work[transfer, default: Work()].inProgress += 1
    let event: TransferEvent
    do throws(SpokenFileError) {
      event = .speechReady(speech, try await media(speech, wording, voice, transfer, isOwn))
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

  private func media(
    _ speech: SpeechID,
    _ wording: Wording,
    _ voice: Voice,
    _ transfer: TransferID,
    _ isOwn: Bool
  ) async throws(SpokenFileError) -> SpokenMedia {
    let parts = wording.text.spokenParts
    guard parts.contains(where: { if case .recorded = $0 { true } else { false } }) else {
      return try await spoken(speech, wording, voice, transfer, isOwn)
    }
    var sequence: [SpokenMedia.Sequence.Part] = []
    var length = Duration.zero
    for (number, part) in parts.enumerated() {
      switch part {
      case .recorded(let name):
        sequence.append(.recorded(name))
        length += Self.recordedLength
      case .words(let words):
        let media = try await spoken(speech, Wording(words), voice, transfer, isOwn, part: number + 1)
        sequence.append(.spoken(media.file))
        length += media.length
      }
    }
    let first = AsteriskNames(transfer: transfer).sound(speech)
    return SpokenMedia(
      file: first,
      length: length,
      sequence: .init(parts: sequence, language: voice.languageInAsterisk)
    )
  }

  /// What only Asterisk can read is taken to last so long, where it is to be told when something should have ended.
  private static let recordedLength: Duration = .seconds(20)

  private func spoken(
    _ speech: SpeechID,
    _ wording: Wording,
    _ voice: Voice,
    _ transfer: TransferID,
    _ isOwn: Bool,
    part: Int? = nil
  ) async throws(SpokenFileError) -> SpokenMedia {
    let said = SpokenText(by: voice, pronunciations).spoken(wording)
    if !isOwn { return try await prompt(speech, said.text, voice, transfer) }
    return try await own(speech, said, voice, transfer, part)
  }

  private func prompt(
    _ speech: SpeechID,
    _ text: String,
    _ voice: Voice,
    _ transfer: TransferID
  ) async throws(SpokenFileError) -> SpokenMedia {
    let prompt = try await prompts.lease(text, voice: voice) {
      wording,
      voice,
      files,
      name throws(SpokenFileError) in
      try await self.speak(speech, wording, voice, files, name, for: transfer)
    }
    work[transfer]?.prompts.append(prompt)
    return SpokenMedia(file: "\(Self.promptsFolder)/\(prompt.name)", length: prompt.duration)
  }

  private func own(
    _ speech: SpeechID,
    _ wording: Wording,
    _ voice: Voice,
    _ transfer: TransferID,
    _ part: Int?
  ) async throws(SpokenFileError) -> SpokenMedia {
    let file = AsteriskNames(transfer: transfer).sound(speech) + (part.map { "-part-\($0)" } ?? "")
    guard let name = SoundName(file) else {
      throw .speech(SpeechError(.synthesisFailed, "the sound file would have a name that is none"))
    }
    let text = OwnText(text: wording.text, voice: voice)
    while let sound = work[transfer]?.own[text] {
      if case .made(let media) = sound { return media }
      await withCheckedContinuation { wait(for: text, of: transfer, $0) }
    }
    // Another text is in that file until now.
    var own = work[transfer]?.own.filter { !$0.value.isIn(name) } ?? [:]
    own[text] = .beingMade(awaitedBy: [])
    work[transfer]?.own = own
    do throws(SpokenFileError) {
      let length = try await speak(speech, wording, voice, files, name, for: transfer)
      let media = SpokenMedia(file: name.description, length: length)
      work[transfer]?.files.append(name)
      end(text, of: transfer, .made(media))
      return media
    } catch {
      // Those who waited look for themselves: the first of them makes it.
      end(text, of: transfer, nil)
      throw error
    }
  }

  private func wait(for text: OwnText, of transfer: TransferID, _ waiting: CheckedContinuation<Void, Never>) {
    guard case .beingMade(let others) = work[transfer]?.own[text] else { return waiting.resume() }
    work[transfer]?.own[text] = .beingMade(awaitedBy: others + [waiting])
  }

  private func end(_ text: OwnText, of transfer: TransferID, _ sound: OwnSound?) {
    guard case .beingMade(let waiting) = work[transfer]?.own[text] else { return }
    work[transfer]?.own[text] = sound
    for waiting in waiting { waiting.resume() }
  }

  private func speak(
    _ speech: SpeechID,
    _ wording: Wording,
    _ voice: Voice,
    _ files: SoundFiles,
    _ name: SoundName,
    for transfer: TransferID
  ) async throws(SpokenFileError) -> Duration {
    let isOver = work[transfer]?.isDiscarded ?? true
    let neededAt = ContinuousClock.now + speech.neededAfter
    guard !isOver, await withCheckedContinuation({ turns.take($0, for: transfer, neededAt: neededAt) }) else {
      throw .speech(SpeechError(.cancelled, "the transfer is over"))
    }
    defer { turns.pass() }
    guard fatalTexts.begin(wording.text, voice) else {
      throw .speech(SpeechError(.fatal, "the service has ended more than once while it spoke this text"))
    }
    defer { fatalTexts.end(wording.text, voice) }
    return try await engine(wording, voice, files, name)
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

extension TransferSpeech.OwnSound {
  fileprivate func isIn(_ name: SoundName) -> Bool {
    if case .made(let media) = self { media.file == name.description } else { false }
  }
}

extension Voice {
  /// Of its recorded prompts: `de`, `en_US`.
  fileprivate var languageInAsterisk: String { Self.languageInAsterisk(name) }

  static func languageInAsterisk(_ name: String) -> String {
    let parts = name.prefix { $0 != "+" }.split(separator: "-")
    return ([parts.first.map(String.init) ?? "en"] + parts.dropFirst().prefix(1).map { $0.uppercased() })
      .joined(separator: "_")
  }
}

extension SpeechID {
  /// When somebody listens for it, at the earliest, counted from when it is ordered.
  fileprivate var neededAfter: Duration {
    switch self {
    // They listen already.
    case .announcement, .farewell, .message: .zero
    // A phone rings first.
    case .briefing: .seconds(1)
    // And then there is the briefing.
    case .mergePrompt, .taken: .seconds(4)
    case .reminder, .comfort: .seconds(10)
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
