import Store
import Runtime
import Transfer

/// One transfer told step by step: what happened, what was done about it, what was said to whom, and how long it took.
struct TransferStory {
  private let record: RecordedTransfer
  private let summary: TransferSummary
  private let names: LegNames

  init(_ record: RecordedTransfer, _ summary: TransferSummary) {
    self.record = record
    self.summary = summary
    names = LegNames(record)
  }

  var lines: [String] {
    let lengths = phases.map { $0.name.padded(to: 13) + $0.length.inSeconds }
    return (heading + [""] + steps.flatMap(lines) + [""] + lengths).map(\.onOneLine)
  }

  private var heading: [String] {
    let caller = record.request.caller
    var rows = [
      ("transfer", summary.id.description), ("requested", Timestamp(summary.requestedAt).description),
      (
        "caller",
        "\(caller.name) <\(caller.number)>, \(caller.isHere ? "channel \(caller.channel)" : "to be called back")"
      ), ("for", summary.party ?? ""),
    ]
    for field in CallContext.fields { rows += told(field).map { (field.title ?? "", $0) } }
    let isComplete = !record.mayBeBehind
    rows += [
      ("ended", summary.ending),
      ("", isComplete ? "" : "steps are missing: the journal could not be written at the time"),
    ]
    return rows.filter { !$0.1.isEmpty }.map { $0.0.padded(to: 13) + $0.1 }
  }

  private func told(_ field: CallContext.Field) -> [String] {
    guard field.title != nil else { return [] }
    let context = record.latestRequest.context
    return switch field.content {
    case .line, .lines, .turns, .language: [context[field]]
    case .facts: context.facts.map { "\($0.name): \($0.value)" }
    }
  }

  struct Step {
    let at: WallTime
    /// Since the one before it.
    let took: Duration
    let phase: String
    let event: String
    /// Such as `leg.answered`.
    let kind: String
    let actions: [String]
    /// Those of the actions by which something is said to somebody.
    let spoken: [String]
    let heard: [Heard]
  }

  /// What somebody heard, and until when.
  struct Heard {
    let listener: String
    let text: String
    let length: Duration
    let until: WallTime
  }

  var steps: [Step] {
    var before = record.events.first?.at ?? summary.requestedAt
    var words = SpokenWords()
    return record.events.map { step in
      words.follow(step)
      let took = step.at - before
      before = step.at
      return Step(
        at: step.at,
        took: took,
        phase: step.phase,
        event: step.event.told(by: names),
        kind: step.kind,
        actions: step.effects.compactMap { told($0, words) },
        spoken: step.effects.filter { if case .play = $0 { true } else { false } }.compactMap { told($0, words) },
        heard: step.effects.compactMap { heard($0, at: step, words) }
      )
    }
  }

  private func heard(_ effect: TransferEffect, at step: RecordedTransfer.Event, _ words: SpokenWords) -> Heard? {
    guard case .play(let media, let listener, let playback) = effect else { return nil }
    // To its end, or until it was stopped for something else.
    let end = record.events.drop { $0.number <= step.number }.first { later in
      later.event == .playbackEnded(playback) || later.effects.contains(.stopPlayback(playback))
    }
    let longest = step.at + media.length
    return Heard(
      listener: names.name(of: listener),
      text: words.text(of: media),
      length: media.length,
      until: end.map { min($0.at, longest) } ?? longest
    )
  }

  private func lines(of step: Step) -> [String] {
    let start =
      "\(Timestamp(step.at))  \(("+" + step.took.inSeconds).padded(to: 11))  \(step.phase.padded(to: 9))"
    let indent = String(repeating: " ", count: start.count)
    return ["\(start)  \(step.event)"] + step.actions.map { "\(indent)    -> \($0)" }
  }

  private func told(_ effect: TransferEffect, _ words: SpokenWords) -> String? {
    guard case .play(let media, let listener, _) = effect else { return effect.told(by: names) }
    return "\(names.name(of: listener)) hears \(words.text(of: media))"
  }

  /// How long each lasted, in all.
  var phases: [(name: String, length: Duration)] {
    var order: [String] = []
    var lengths: [String: Duration] = [:]
    for (step, next) in zip(record.events, record.events.dropFirst()) {
      if lengths[step.phase] == nil { order.append(step.phase) }
      lengths[step.phase, default: .zero] += next.at - step.at
    }
    return order.map { ($0, lengths[$0] ?? .zero) }
  }
}

extension TransferSummary {
  /// What can be told of a transfer whose steps cannot.
  func lines(unreadable reason: JournalError) -> [String] {
    [
      ("transfer", id.description), ("requested", Timestamp(requestedAt).description),
      ("caller", "\(callerName) <\(callerNumber)>, channel \(channel)"), ("for", party ?? ""), ("topic", topic),
      ("ended", ending), ("", "cannot read the rest of the record: \(reason.message)"),
    ]
    .filter { !$0.1.isEmpty }
    .map { ($0.0.padded(to: 13) + $0.1).onOneLine }
  }

  fileprivate var ending: String {
    guard let endedAt, let result, let cause else { return "in progress" }
    let target = target.map { ", target \($0)" } ?? ""
    let wait = wait.map { ", waited \($0.inSeconds)" } ?? ""
    return "\(Timestamp(endedAt)), \(result.rawValue), \(cause.rawValue)\(target)\(wait)"
  }
}

/// Who is meant by a number.
struct LegNames {
  private var dialled: [LegID: String] = [:]

  init(_ record: RecordedTransfer) {
    for case .ring(let leg, let dialString, _, _) in record.events.flatMap(\.effects) { dialled[leg] = dialString }
  }

  func name(of leg: LegID) -> String { dialled[leg].map { "\(leg.number) (\($0))" } ?? "\(leg.number)" }

  func name(of listener: Listener) -> String {
    switch listener {
    case .caller: "the caller"
    case .leg(let leg): "person \(name(of: leg))"
    case .talk: "everybody"
    }
  }
}

/// What is said in each sound file, step after step: a text that is made anew takes the file of the one before it.
private struct SpokenWords {
  /// Those that are still being made, the oldest first.
  private var ordered: [SpeechID: [String]] = [:]
  private var texts: [String: String] = [:]

  mutating func follow(_ step: RecordedTransfer.Event) {
    switch step.event {
    case .speechReady(let speech, let media): texts[media.file] = take(speech)
    case .speechFailed(let speech, _): _ = take(speech)
    default: break
    }
    for case .prepareSpeech(let speech, let text, _) in step.effects { ordered[speech, default: []].append(text) }
  }

  private mutating func take(_ speech: SpeechID) -> String? {
    guard let next = ordered[speech]?.first else { return nil }
    ordered[speech]?.removeFirst()
    return next
  }

  func text(of media: SpokenMedia) -> String {
    guard let text = texts[media.file] else { return media.file }
    return text.isEmpty ? "words that have been deleted" : "\"\(text.withPromptsNamed)\""
  }
}

extension Caller {
  fileprivate var isHere: Bool { !channel.isEmpty }
}
