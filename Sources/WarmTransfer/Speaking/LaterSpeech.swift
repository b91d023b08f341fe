import Runtime
import Speech
import Transfer
import Transport

/// What of a text is not waited for: what is heard later than its beginning, and the engine's sound in place of
/// espeak-ng's.
struct LaterSpeech {
  let voice: Voice
  /// By which the text is played.
  var file = ""
  /// Those that espeak-ng has still to make, with their numbers.
  var unmade: [(number: Int, wording: Wording)] = []
  /// Those that an engine is asked for.
  var voiced: [(name: SoundName, wording: Wording)] = []
  /// What is said to many.
  var prompt: String?
}

/// What is said to many in these words.
struct FixedText: Hashable, Sendable {
  let text: String
  let voice: Voice
}

extension TransferSpeech {
  /// A caller hears music meanwhile.
  private static let patience: Duration = .milliseconds(1_500)

  // MARK: Part by part

  /// Ready as soon as the first part is, where it is long.
  func ownParts(
    _ speech: SpeechID,
    _ said: Wording,
    _ voice: Voice,
    _ transfer: TransferID
  ) async throws(SpokenFileError) -> SpokenMedia {
    let hasEngine = await engines.maker(for: voice) != nil
    let split = SpeechParts(said, bySentence: hasEngine && speech.canBeReplaced)
    let isLong = said.estimatedLength(voice) > SpeechParts.longestAtOnce
    var later = LaterSpeech(voice: voice)
    var (length, made) = (Duration.zero, [SoundName]())
    for (index, part) in split.parts.enumerated() {
      let number = split.parts.count > 1 ? index + 1 : nil
      if isLong, index > 0 {
        made.append(try name(of: part, voice, speech, transfer, number))
        later.unmade.append((index + 1, part))
        length += part.estimatedLength(voice)
      } else {
        let (name, duration) = try await own(speech, part, voice, transfer, number)
        made.append(name)
        length += duration
      }
    }
    if hasEngine {
      later.voiced = Array(zip(made, split.parts))
      // Its voice may be slower.
      length += length / 2
    }
    later.file = made[0].description
    await announceLater(later, speech, transfer)
    let parts = made.map { SpokenMedia.Sequence.Part.spoken($0.description) }
    guard parts.count > 1 else { return SpokenMedia(file: later.file, length: length) }
    let again = split.again.map { $0.map { parts[$0] } }
    return SpokenMedia(
      file: later.file,
      length: length,
      sequence: .init(parts: parts, language: voice.languageInAsterisk, again: again)
    )
  }

  /// What is heard at once waits a little for its engine; for the rest there is time when the transfer knows of it.
  private func announceLater(_ later: LaterSpeech, _ speech: SpeechID, _ transfer: TransferID) async {
    guard !later.unmade.isEmpty || !later.voiced.isEmpty else { return }
    if !speech.canBeReplaced {
      if speech == .announcement { await voice(later, transfer, patience: Self.patience) }
      if later.unmade.isEmpty { return }
    } else if !later.voiced.isEmpty {
      played.expect(later.file)
    }
    work[transfer]?.later[speech] = later
  }

  /// What the transfer need not wait for.
  func complete(_ speech: SpeechID, for transfer: TransferID) async {
    guard let later = work[transfer]?.later.removeValue(forKey: speech) else { return }
    work[transfer]?.inProgress += 1
    for (number, wording) in later.unmade {
      do throws(SpokenFileError) {
        _ = try await own(speech, wording, later.voice, transfer, number)
      } catch {
        guard work[transfer]?.isDiscarded != true else { break }
        log.error("speech failed", ["transfer": transfer, "reason": error])
      }
    }
    if let prompt = later.prompt { await makePrompt(prompt, later.voice) }
    if speech.canBeReplaced {
      await voice(later, transfer, patience: nil)
      if !later.voiced.isEmpty { played.end(later.file) }
    }
    work[transfer]?.inProgress -= 1
    await removeIfDiscarded(transfer)
  }

  // MARK: Another engine's sound

  /// Told on the way of every event what is played: it only looks.
  nonisolated func note(_ effects: [TransferEffect], of transfer: TransferID) {
    for case .play(let media, _, _) in effects where played.play(media) {
      log.warning("voice engine late, espeak-ng speaks", ["transfer": transfer])
    }
  }

  /// Sentence by sentence, as they are heard; the first that fails ends it.
  private func voice(_ later: LaterSpeech, _ transfer: TransferID, patience: Duration?) async {
    for (name, wording) in later.voiced {
      guard work[transfer]?.isDiscarded == false, !played.isLate(later.file) else { return }
      // Another phone's is the same, and is being made.
      let text = OwnText(text: wording.text, voice: later.voice)
      guard work[transfer]?.voiced.insert(text).inserted == true else { continue }
      do throws(SpokenFileError) {
        guard try await voice(name, wording, later, transfer, patience) else { return }
      } catch {
        // The engine has said why. What espeak-ng has made stays.
        work[transfer]?.voiced.remove(text)
        return
      }
    }
  }

  /// False where nobody wants it any more.
  private func voice(
    _ name: SoundName,
    _ wording: Wording,
    _ later: LaterSpeech,
    _ transfer: TransferID,
    _ patience: Duration?
  ) async throws(SpokenFileError) -> Bool {
    let text = OwnText(text: wording.text, voice: later.voice)
    func isStillThere() -> Bool { work[transfer]?.own[text]?.isMade(in: name) == true && played.begin(later.file) }
    if wording.beginning.isEmpty, let maker = await engines.maker(for: later.voice) {
      // What every call ends with.
      let prompt = try await prompt(wording.text, later.voice, maker, patience)
      work[transfer]?.prompts.append(prompt)
      guard isStillThere() else { return false }
      try copied { () throws(SoundFileError) in try prompt.copy(to: name, in: files) }
      return true
    }
    guard let draft = SoundName("\(name)-voiced") else { return false }
    defer { removeSound(draft, of: transfer) }
    _ = try await engines.speak(wording, later.voice, into: files, as: draft, patience: patience)
    guard isStillThere() else { return false }
    try copied { () throws(SoundFileError) in try files.copy(draft, to: name, in: files) }
    return true
  }

  private func copied(_ copy: () throws(SoundFileError) -> Void) throws(SpokenFileError) {
    do throws(SoundFileError) { try copy() } catch {
      log.error("could not replace a sound file", ["reason": error])
      throw .file(error)
    }
  }

  // MARK: What is said to many

  /// Nil until there is one: then the engine is asked for it, for those who hear it next.
  func enginesPrompt(
    _ speech: SpeechID,
    _ text: String,
    _ voice: Voice,
    _ transfer: TransferID
  ) async -> PromptCache.Lease? {
    guard let maker = await engines.maker(for: voice) else { return nil }
    if let lease = await prompts.leaseIfThere(text, voice: voice, by: maker) { return lease }
    if speech == .announcement, await !prompts.isMaking(text, voice: voice, by: maker) {
      do throws(SpokenFileError) { return try await prompt(text, voice, maker, Self.patience) } catch { return nil }
    }
    work[transfer]?.later[speech] = LaterSpeech(voice: voice, prompt: text)
    return nil
  }

  private func prompt(
    _ text: String,
    _ voice: Voice,
    _ maker: String,
    _ patience: Duration?
  ) async throws(SpokenFileError) -> PromptCache.Lease {
    try await prompts.lease(text, voice: voice, by: maker) {
      [engines]
      wording,
      voice,
      files,
      name throws(SpokenFileError) in
      try await engines.speak(wording, voice, into: files, as: name, patience: patience)
    }
  }

  private func makePrompt(_ text: String, _ voice: Voice) async {
    guard let maker = await engines.maker(for: voice) else { return }
    do throws(SpokenFileError) {
      await prompts.release(try await prompt(text, voice, maker, nil))
    } catch {
      // The engine has said why. Whoever hears it next asks again.
    }
  }

  /// Makes what is said to many before anybody calls, each time that the settings have been read, until the task is
  /// cancelled.
  func run() async {
    do {
      try await HTTPClient.withClient(SpeechEngines.connections) { http in
        await engines.use(http)
        for await texts in fixedTexts { await make(texts) }
        await engines.use(nil)
      }
    } catch {
      log.error("no speech engine can be asked over HTTP", ["reason": "\(error)"])
    }
  }

  private func make(_ texts: [FixedText]) async {
    let generation = generation
    for text in texts where generation == self.generation && !Task.isCancelled {
      let said = spoken(Wording(text.text), by: text.voice).text
      if !said.isEmpty { await makePrompt(said, text.voice) }
    }
  }
}

extension SpeechID {
  /// It is heard some time after it is ready: until then its sound can be replaced.
  var canBeReplaced: Bool {
    switch self {
    case .briefing, .message, .reminder, .comfort, .taken, .mergePrompt: true
    case .announcement, .farewell, .menu: false
    }
  }
}
