import Journal
import Runtime
import Transfer

/// One transfer told step by step: what happened, what was done about it, what was said to whom, and how long it took.
struct TransferStory {
  private let record: RecordedTransfer
  private let summary: TransferSummary
  private let names: LegNames
  private let words: SpokenWords

  init(_ record: RecordedTransfer, _ summary: TransferSummary) {
    self.record = record
    self.summary = summary
    names = LegNames(record)
    words = SpokenWords(record)
  }

  var lines: [String] { (heading + [""] + steps + [""] + phases).map(\.onOneLine) }

  private var heading: [String] {
    let (caller, context) = (record.request.caller, record.request.context)
    var rows = [
      ("transfer", summary.id.description), ("requested", Timestamp(summary.requestedAt).description),
      ("caller", "\(caller.name) <\(caller.number)>, channel \(caller.channel)"), ("asked for", summary.party ?? ""),
      ("topic", context.topic), ("reason", context.reason), ("summary", context.summary),
      ("next action", context.nextAction), ("transcript", context.transcript),
    ]
    rows += context.facts.map { ("fact", "\($0.name): \($0.value)") }
    rows += [("ended", ending), ("", record.isWhole ? "" : "steps are missing: the journal could not be written")]
    return rows.filter { !$0.1.isEmpty }.map { Self.padded($0.0, to: 13) + $0.1 }
  }

  private var ending: String {
    guard let end = summary.endedAt, let result = summary.result, let cause = summary.cause else { return "under way" }
    let target = summary.target.map { ", target \($0)" } ?? ""
    let wait = summary.wait.map { ", waited \($0.inSeconds)" } ?? ""
    return "\(Timestamp(end)), \(result.rawValue), \(cause.rawValue)\(target)\(wait)"
  }

  /// Each with the time since the one before it.
  private var steps: [String] {
    var before = record.events.first?.at ?? summary.requestedAt
    return record.events.flatMap { step in
      let took = step.at - before
      before = step.at
      let start =
        "\(Timestamp(step.at))  \(Self.padded("+" + took.inSeconds, to: 11))  \(Self.padded(step.phase, to: 9))"
      let indent = String(repeating: " ", count: start.count)
      return ["\(start)  \(step.event.told(by: names))"]
        + step.effects.compactMap { effect in told(effect).map { "\(indent)    -> \($0)" } }
    }
  }

  private func told(_ effect: TransferEffect) -> String? {
    guard case .play(let media, let listener, _) = effect else { return effect.told(by: names) }
    return "\(names.name(of: listener)) hears \(words.text(of: media))"
  }

  private var phases: [String] {
    var order: [String] = []
    var lengths: [String: Duration] = [:]
    for (step, next) in zip(record.events, record.events.dropFirst()) {
      if lengths[step.phase] == nil { order.append(step.phase) }
      lengths[step.phase, default: .zero] += next.at - step.at
    }
    return order.map { Self.padded($0, to: 13) + (lengths[$0] ?? .zero).inSeconds }
  }

  private static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
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

/// What was said in a sound file.
private struct SpokenWords {
  private var texts: [SpeechID: String] = [:]
  private var speeches: [String: SpeechID] = [:]

  init(_ record: RecordedTransfer) {
    for event in record.events {
      if case .speechReady(let speech, let media) = event.event { speeches[media.file] = speech }
      for case .prepareSpeech(let speech, let text, _) in event.effects { texts[speech] = text }
    }
  }

  func text(of media: SpokenMedia) -> String {
    guard let text = speeches[media.file].flatMap({ texts[$0] }) else { return media.file }
    return text.isEmpty ? "words that are kept no longer" : "\"\(text)\""
  }
}
