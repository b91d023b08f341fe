import Foundation
import Lab

/// What the recordings and the log say of a transfer.
struct Verdict {
  private struct Line {
    var name: String
    var value: String
    var isGood: Bool
  }

  private let lines: [Line]

  init(_ ending: Story.Ending) {
    lines = [
      Line(name: "result", value: "\(ending.outcome)", isGood: ending.outcome.result == "CONNECTED"),
      Self.silence(ending.caller.heard),
      Self.firstWord(ending),
      Self.join(ending),
      Self.privacy(ending),
      Self.hearing(ending),
      Self.missing(ending),
      Self.left("in Asterisk", ending.leftInAsterisk),
      Self.left("on disk", ending.leftOnDisk),
    ]
  }

  var isGood: Bool { lines.allSatisfy(\.isGood) }

  func printLines() {
    for line in lines {
      let name = line.name + String(repeating: " ", count: max(0, 38 - line.name.count))
      print("  \(line.isGood ? "ok  " : "BAD ")\(name)\(line.value)")
    }
    print(isGood ? "The transfer went well." : "The transfer FAILED.")
  }

  /// From the first sound to the last: pauses between sentences count too.
  private static func silence(_ caller: Recording) -> Line {
    let start = caller.sound.firstSound() ?? .zero
    let silences = caller.sound.timeline(ignoringShorterThan: .zero).filter { $0.kind == .silence && $0.start >= start }
    guard let longest = silences.max(by: { $0.length < $1.length }) else {
      return Line(name: "caller's longest silence", value: "none", isGood: true)
    }
    let value = "\(longest.length.inSeconds), \(longest.start.inSeconds) into the call"
    return Line(name: "caller's longest silence", value: value, isGood: longest.length < .seconds(1))
  }

  private static func firstWord(_ ending: Story.Ending) -> Line {
    let name = "answer -> first word of the briefing"
    let answered = ending.agent.heard.offset(of: ending.answered)
    guard let word = ending.agent.heard.sound.firstSound(after: answered) else {
      return Line(name: name, value: "never heard", isGood: false)
    }
    return Line(name: name, value: (word - answered).inSeconds, isGood: word - answered < .seconds(1))
  }

  private static func join(_ ending: Story.Ending) -> Line {
    guard let key = ending.phases["merging"], let joined = ending.phases["connected"] else {
      return Line(name: "key -> joined", value: "never", isGood: false)
    }
    let milliseconds = Int((joined.timeIntervalSince(key) * 1000).rounded())
    return Line(name: "key -> joined", value: "\(milliseconds) ms by the service's log", isGood: milliseconds < 200)
  }

  private static func privacy(_ ending: Story.Ending) -> Line {
    let heard = [(ending.agent, Heard.Kind.callerTone), (ending.caller, .agentTone)].contains { party, tone in
      party.heard.sound.firstTrace(of: tone, frames: 10).map { $0 < party.offset(of: ending.pressed) } ?? false
    }
    return Line(name: "heard each other before the key", value: heard ? "yes" : "no", isGood: !heard)
  }

  private static func hearing(_ ending: Story.Ending) -> Line {
    let both =
      ending.agent.heard.sound.firstTrace(of: .callerTone) != nil
      && ending.caller.heard.sound.firstTrace(of: .agentTone) != nil
    return Line(name: "heard each other after it", value: both ? "yes, both" : "no", isGood: both)
  }

  /// The fault of the machine, not of the service: it only says how far the rest can be trusted.
  private static func missing(_ ending: Story.Ending) -> Line {
    let seconds = [ending.caller, ending.agent].map { String(format: "%.2f s", max(0, $0.missing)) }
    return Line(name: "missing in the recordings", value: seconds.joined(separator: ", "), isGood: true)
  }

  private static func left(_ place: String, _ things: [String]) -> Line {
    let value = things.isEmpty ? "nothing" : things.joined(separator: ", ")
    return Line(name: "left \(place)", value: value, isGood: things.isEmpty)
  }
}
