/// Something that a caller on hold is asked, and answers with a key: said twice at most, with the music going on under it.
struct Question: Equatable, Sendable, Codable {
  static let mostTimes = 2

  let sentence: MenuSentence
  private var times = 0
  private var hears: PlaybackID?
  private var keys = KeyReader()

  init(_ sentence: MenuSentence) { self.sentence = sentence }

  /// The music plays until the words are made. Without any the keys work all the same.
  func begin(for transfer: TransferMachine, number: TelephoneNumber? = nil, at now: WallTime) -> [TransferEffect] {
    transfer.prepare(sentence, number: number) + [.startTimer(.question, at: now + TransferMachine.speechLimit)]
  }

  mutating func speechReady(_ speech: SpeechID, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    speech == .menu(sentence) && times == 0 ? say(&transfer, at: now) : []
  }

  mutating func playbackEnded(_ playback: PlaybackID, _ transfer: TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    guard playback == hears else { return [] }
    hears = nil
    return [.startTimer(.question, at: now + transfer.policy.menu.patience)]
  }

  /// Nil for whoever has heard it often enough, and pressed nothing that means anything.
  mutating func patienceIsOver(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]? {
    times < Self.mostTimes ? say(&transfer, at: now) : nil
  }

  /// The sequence that this key has ended, if it has: then nothing more is said.
  mutating func pressed(_ key: String, among sequences: [DigitSequence]) -> (
    read: DigitSequence?, effects: [TransferEffect]
  ) {
    guard let read = keys.read(key, for: sequences) else { return (nil, []) }
    return (read, end())
  }

  /// It is not asked any more.
  mutating func end() -> [TransferEffect] {
    defer { hears = nil }
    return (hears.map { [.stopPlayback($0)] } ?? []) + [.cancelTimer(.question)]
  }

  private mutating func say(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    times += 1
    let patience = transfer.policy.menu.patience
    guard let media = transfer.spoken[.menu(sentence)] else { return [.startTimer(.question, at: now + patience)] }
    let playback = transfer.nextMenuSound()
    hears = playback
    let limit = media.length + patience + TransferMachine.playbackGrace
    return [.play(media, to: .caller, as: playback), .startTimer(.question, at: now + limit)]
  }
}

extension TransferMachine {
  /// An empty text is one that the administrator does not want.
  func prepare(_ sentence: MenuSentence, number: TelephoneNumber? = nil) -> [TransferEffect] {
    let words = words(of: sentence, number: number)
    return words.isEmpty ? [] : [.prepareSpeech(.menu(sentence), text: words, policy.voice)]
  }

  func words(of sentence: MenuSentence, number: TelephoneNumber? = nil) -> String {
    Briefing.menu(sentence, of: party, for: request, number: number)
  }

  mutating func nextMenuSound() -> PlaybackID {
    menuSounds += 1
    return .menu(menuSounds)
  }

  /// Longer than a question that is asked twice and is not answered. What the dialplan has set is for a shorter stay, and
  /// Asterisk would keep a new limit waiting behind what is heard.
  var armForQuestion: TransferEffect { .armDeadMansSwitch(Self.longestQuestion) }

  private static let longestQuestion: Duration = .seconds(120)
}
