import Runtime
import Settings
import Speech
import Transfer

/// Turns the texts of transfers into sound files that Asterisk can play, and takes them away again.
///
/// Speaking is done elsewhere: who takes something away does not wait for what is being spoken.
actor TransferSpeech {
  /// What is there for one transfer.
  struct Work {
    var inProgress = 0
    var isDiscarded = false
    var files: [SoundName] = []
    var prompts: [PromptCache.Lease] = []
    /// What goes on when the transfer has been told that it can be heard.
    var later: [SpeechID: LaterSpeech] = [:]
    /// What an engine has been asked for.
    var voiced: Set<OwnText> = []
    /// By what is said: whoever else is rung for the caller is told the same.
    var own: [OwnText: OwnSound] = [:]
  }

  struct OwnText: Hashable {
    let text: String
    let voice: Voice
  }

  enum OwnSound {
    case beingMade(SoundName, awaitedBy: [CheckedContinuation<Void, Never>])
    case made(SoundName, Duration)
  }

  private static let promptsFolder = "prompts"
  private static let fatalTextsFile = "fatal-texts"

  /// espeak-ng.
  private let local: Speak
  let engines: SpeechEngines
  let played = PlayedSounds()
  let files: SoundFiles
  let prompts: PromptCache
  let log: Log
  private var fatalTexts: FatalTexts
  private var pronunciations = Pronunciations()
  var work: [TransferID: Work] = [:]
  private var turns = SpeechTurns()
  /// What is said to many, by the latest settings.
  let fixedTexts: AsyncStream<[FixedText]>
  private let newFixedTexts: AsyncStream<[FixedText]>.Continuation
  /// How often the settings have been read.
  private(set) var generation = 0
  private var pageSounds = 0

  /// `local` says the words that it is given at once, and stands in for all other engines.
  init(folder: String, log: Log, engines: SpeechEngines, local: @escaping Speak) throws(SoundFileError) {
    (self.local, self.engines, self.log) = (local, engines, log)
    (fixedTexts, newFixedTexts) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    files = try SoundFiles(folder: folder)
    prompts = try PromptCache(files: SoundFiles(folder: folder + "/" + Self.promptsFolder)) { error in
      log.error("could not delete an old prompt", ["reason": error])
    }
    fatalTexts = try FatalTexts(file: folder + "/" + Self.fatalTextsFile)
    if fatalTexts.wasSpeaking { log.warning("the last run died while it was synthesizing speech") }
  }

  static func open(folder: String, log: Log) throws(SoundFileError) -> TransferSpeech {
    let synthesizer = SpeechSynthesizer()
    let engines = SpeechEngines(synthesizer, log: log)
    return try TransferSpeech(folder: folder, log: log, engines: engines) {
      wording,
      voice,
      files,
      name throws(SpokenFileError) in
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
  func use(_ settings: Settings) async {
    pronunciations = settings.pronunciations
    generation += 1
    await engines.use(settings.engines)
    newFixedTexts.yield(settings.fixedTexts)
  }

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

  /// Spoken again for somebody who reads about a transfer that is over, behind all that callers wait for.
  func wave(of text: String, _ voice: Voice, for transfer: TransferID) async throws(SpokenFileError) -> [UInt8] {
    let words = text.spokenParts.compactMap { if case .words(let words) = $0 { words } else { nil } }
    pageSounds += 1
    guard let name = SoundName("page-\(pageSounds)") else { return [] }
    let said = spoken(Wording(words.joined(separator: " ")), by: voice)
    defer { removeSound(name, of: transfer) }
    _ = try await speak(said, voice, files, name, for: transfer, within: Self.pagesPatience)
    do throws(SoundFileError) { return try files.wave(of: name) } catch { throw .file(error) }
  }

  private static let pagesPatience: Duration = .seconds(30)

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
        let media = try await spoken(speech, wording.saying(words), voice, transfer, isOwn, part: number + 1)
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
    let said = spoken(wording, by: voice)
    if !isOwn { return try await prompt(speech, said.text, voice, transfer) }
    guard let part else { return try await ownParts(speech, said, voice, transfer) }
    let (name, length) = try await own(speech, said, voice, transfer, part)
    return SpokenMedia(file: name.description, length: length)
  }

  func spoken(_ wording: Wording, by voice: Voice) -> Wording { SpokenText(by: voice, pronunciations).spoken(wording) }

  private func prompt(
    _ speech: SpeechID,
    _ text: String,
    _ voice: Voice,
    _ transfer: TransferID
  ) async throws(SpokenFileError) -> SpokenMedia {
    let prompt: PromptCache.Lease
    if let engines = await enginesPrompt(speech, text, voice, transfer) {
      prompt = engines
    } else {
      prompt = try await prompts.lease(text, voice: voice) { wording, voice, files, name throws(SpokenFileError) in
        try await self.speak(speech, wording, voice, files, name, for: transfer)
      }
    }
    work[transfer]?.prompts.append(prompt)
    return SpokenMedia(file: "\(Self.promptsFolder)/\(prompt.name)", length: prompt.duration)
  }

  /// Where a part of it is, or will be.
  func name(
    of wording: Wording,
    _ voice: Voice,
    _ speech: SpeechID,
    _ transfer: TransferID,
    _ part: Int?
  ) throws(SpokenFileError) -> SoundName {
    if let sound = work[transfer]?.own[OwnText(text: wording.text, voice: voice)] { return sound.name }
    let file = AsteriskNames(transfer: transfer).sound(speech) + (part.map { "-part-\($0)" } ?? "")
    guard let name = SoundName(file) else {
      throw .speech(SpeechError(.synthesisFailed, "the sound file would have a name that is none"))
    }
    return name
  }

  func own(
    _ speech: SpeechID,
    _ wording: Wording,
    _ voice: Voice,
    _ transfer: TransferID,
    _ part: Int?
  ) async throws(SpokenFileError) -> (SoundName, Duration) {
    let text = OwnText(text: wording.text, voice: voice)
    while let sound = work[transfer]?.own[text] {
      if case .made(let name, let length) = sound { return (name, length) }
      await withCheckedContinuation { wait(for: text, of: transfer, $0) }
    }
    let name = try name(of: wording, voice, speech, transfer, part)
    // Another text is in that file until now.
    var own = work[transfer]?.own.filter { !$0.value.isMade(in: name) } ?? [:]
    own[text] = .beingMade(name, awaitedBy: [])
    work[transfer]?.own = own
    work[transfer]?.voiced.remove(text)
    do throws(SpokenFileError) {
      let length = try await speak(speech, wording, voice, files, name, for: transfer)
      work[transfer]?.files.append(name)
      end(text, of: transfer, .made(name, length))
      return (name, length)
    } catch {
      // Those who waited look for themselves: the first of them makes it.
      end(text, of: transfer, nil)
      throw error
    }
  }

  private func wait(for text: OwnText, of transfer: TransferID, _ waiting: CheckedContinuation<Void, Never>) {
    guard case .beingMade(let name, let others) = work[transfer]?.own[text] else { return waiting.resume() }
    work[transfer]?.own[text] = .beingMade(name, awaitedBy: others + [waiting])
  }

  private func end(_ text: OwnText, of transfer: TransferID, _ sound: OwnSound?) {
    guard case .beingMade(_, let waiting) = work[transfer]?.own[text] else { return }
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
    guard !isOver else { throw .speech(SpeechError(.cancelled, "the transfer is over")) }
    return try await speak(wording, voice, files, name, for: transfer, within: speech.neededAfter)
  }

  private func speak(
    _ wording: Wording,
    _ voice: Voice,
    _ files: SoundFiles,
    _ name: SoundName,
    for transfer: TransferID,
    within time: Duration
  ) async throws(SpokenFileError) -> Duration {
    let neededAt = ContinuousClock.now + time
    guard await withCheckedContinuation({ turns.take($0, for: transfer, neededAt: neededAt) }) else {
      throw .speech(SpeechError(.cancelled, "the transfer is over"))
    }
    defer { turns.pass() }
    guard fatalTexts.begin(wording.text, voice) else {
      throw .speech(SpeechError(.fatal, "the service has ended more than once while it spoke this text"))
    }
    defer { fatalTexts.end(wording.text, voice) }
    return try await local(wording, voice, files, name)
  }

  func removeIfDiscarded(_ transfer: TransferID) async {
    guard let done = work[transfer], done.isDiscarded, done.inProgress == 0 else { return }
    work[transfer] = nil
    for prompt in done.prompts { await prompts.release(prompt) }
    for file in done.files { removeSound(file, of: transfer) }
  }

  func removeSound(_ name: SoundName, of transfer: TransferID) {
    do throws(SoundFileError) {
      try files.remove(named: name)
    } catch {
      log.error("could not delete a sound file", ["transfer": transfer, "reason": error])
    }
  }
}

extension TransferSpeech.OwnSound {
  fileprivate var name: SoundName {
    switch self {
    case .beingMade(let name, _), .made(let name, _): name
    }
  }

  func isMade(in name: SoundName) -> Bool {
    if case .made(name, _) = self { true } else { false }
  }
}
