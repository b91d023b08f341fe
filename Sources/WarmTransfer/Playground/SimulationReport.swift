import Settings
package import Speech
import Store
import Transfer
import Transport

/// What a simulated call would have been, for people and for programs.
package struct SimulationReport: Sendable {
  package struct Sound: Sendable {
    /// `caller`, or the target's name.
    package let who: String
    /// `caller.wav`, `agent.wav`, `agent-2.wav` for the second who answers, and so on.
    package let file: String
    package let recording: Recording
  }

  private static let chartWidth = 60

  private let story: SimulationStory
  private let pbx: SimulatedPBX
  private let settings: Settings
  private let end: WallTime
  private let wasCut: Bool
  package let sounds: [Sound]
  /// Why the rules led where they did.
  var route: [String] = []

  init(
    story: SimulationStory,
    pbx: SimulatedPBX,
    sounds: [String: Recording],
    end: WallTime,
    settings: Settings,
    limit: Duration,
    wasCut: Bool
  ) throws(SpeechError) {
    (self.story, self.pbx, self.end, self.settings, self.wasCut) = (story, pbx, end, settings, wasCut)
    var found = [
      Sound(
        who: "caller",
        file: "caller.wav",
        recording: try SimulatedSound.recording(of: pbx.heard["caller"] ?? [], sounds, limit: limit)
      )
    ]
    for person in story.people {
      let recording = try SimulatedSound.recording(of: pbx.heard[person.channel] ?? [], sounds, limit: limit)
      if recording.samples.isEmpty { continue }
      let number = found.count == 1 ? "" : "-\(found.count)"
      found.append(Sound(who: person.name, file: "agent\(number).wav", recording: recording))
    }
    self.sounds = found
  }

  /// The caller was joined with somebody.
  package var isConnected: Bool { story.outcome?.result == .connected }

  // MARK: For people

  package func lines(fitting width: Int?) -> [String] {
    let steps = story.told(with: pbx)
    let told = steps.flatMap { lines(of: $0, nameWidth, width ?? 100) }
    return route + (told.isEmpty ? [] : [""] + chart + [""] + told) + [""] + ending
  }

  private var nameWidth: Int { (["service"] + story.people.map(\.name)).map(\.count).max() ?? 0 }

  private func lines(of step: SimulationStep, _ names: Int, _ width: Int) -> [String] {
    let time = step.at.inSimulation
    let start = "\(String(repeating: " ", count: max(0, 7 - time.count)))\(time)  \(step.who.padded(to: names))  "
    let words = step.words.isEmpty ? step.text : "\(step.text) \"\(step.words.onOneLine)\""
    let text = words + (step.length.map { " (\($0.inShort))" } ?? "")
    let indent = String(repeating: " ", count: start.count)
    return text.wrapped(to: max(30, width - start.count)).enumerated().map { ($0 == 0 ? start : indent) + $1 }
  }

  /// A line for each side, from left to right.
  private var chart: [String] {
    let total = max(1, (end - story.start.steady).milliseconds)
    let lanes = ([("caller", "caller")] + story.people.map { ($0.channel, $0.name) }).map { channel, name in
      "  " + name.padded(to: nameWidth) + "  " + lane(pbx.heard[channel] ?? [], total)
    }
    let legend = ". rings  # words  ~ music  = conversation; the whole is \(Duration.milliseconds(total).inSimulation)"
    return lanes + ["  " + "".padded(to: nameWidth) + "  " + legend]
  }

  private func lane(_ heard: [SimulatedPBX.Heard], _ total: Int64) -> String {
    let width = Int64(Self.chartWidth)
    let marks = (0..<width).map { column -> Character in
      let moment = story.start.steady + .milliseconds((2 * column + 1) * total / (2 * width))
      return heard.first { $0.from <= moment && moment < $0.to }?.sound.mark ?? " "
    }
    return String(marks)
  }

  private var ending: [String] {
    guard let outcome = story.outcome else {
      return ["Stopped: the call was not over when the simulation's limits were."]
    }
    let target = outcome.target.map { ", \($0)" } ?? ""
    let result = "\(outcome.result.rawValue), \(outcome.cause.rawValue)\(target): waited \(outcome.wait.inShort)"
    let variables = variables.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
    return [result] + (variables.isEmpty ? [] : ["The dialplan would read \(variables)"]) + told
      + ["Nobody was called and nothing was sent."]
  }

  /// What was written for the dialplan, in its order.
  private var variables: [(name: String, value: String)] {
    let all = pbx.written.filter { $0.key.hasPrefix("WT_") && $0.key != "WT_ACTIVE" && !$0.value.isEmpty }
    return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value.onOneLine) }
  }

  private var told: [String] {
    settings.webhooks.compactMap { webhook in
      let phases = story.events.filter { $0.webhooks.contains(webhook.name) }.map(\.event.change.phase.rawValue)
      let list = phases.joined(separator: ", ")
      return phases.isEmpty ? nil : "Webhook \(webhook.name) would be sent \(list), to \(webhook.url)"
    }
  }

  // MARK: For programs

  package func json(withSounds: Bool) -> String {
    var members: [String: JSON] = [
      "route": .array(route.map(JSON.string)),
      "chart": .array(chart.map(JSON.string)),
      "steps": .array(story.told(with: pbx).map(\.json)),
      "phases": .array(phases),
      "seconds": .real((end - story.start.steady).inPlainSeconds),
      "variables": .object(Dictionary(variables.map { ($0.name, JSON.string($0.value)) }) { first, _ in first }),
      "events": .array(story.events.map { ["webhooks": .array($0.webhooks.map(JSON.string)), "body": $0.event.json] }),
      "sounds": .array(sounds.map { $0.json(whole: withSounds) }),
      "complete": .bool(!wasCut),
    ]
    if let outcome = story.outcome {
      members["result"] = .string(outcome.result.rawValue)
      members["cause"] = .string(outcome.cause.rawValue)
      members["wait"] = .real(outcome.wait.inPlainSeconds)
      if let target = outcome.target { members["target"] = .string(target) }
    }
    return JSON.object(members).serialized()
  }
}

extension SimulationReport {
  /// Each until the next begins.
  private var phases: [JSON] {
    let ends = story.phases.dropFirst().map(\.at) + [end - story.start.steady]
    return zip(story.phases, ends).filter { $0.0.phase != .ended }.map { known, end in
      [
        "phase": .string(known.phase.rawValue), "at": .real(known.at.inPlainSeconds),
        "seconds": .real((end - known.at).inPlainSeconds),
      ]
    }
  }
}

extension SimulationStep {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "at": .real(at.inPlainSeconds), "who": .string(who), "text": .string(text),
    ]
    if !words.isEmpty { members["words"] = .string(words) }
    if let length { members["seconds"] = .real(length.inPlainSeconds) }
    return .object(members)
  }
}

extension SimulationReport.Sound {
  fileprivate func json(whole: Bool) -> JSON {
    var members: [String: JSON] = [
      "who": .string(who), "file": .string(file), "seconds": .real(recording.duration.inPlainSeconds),
    ]
    if whole { members["wave"] = .string(Secrets.base64(recording.wave())) }
    return .object(members)
  }
}

extension SimulatedPBX.Sound {
  fileprivate var mark: Character {
    switch self {
    case .ringing: "."
    case .silence: " "
    case .conversation: "="
    case .music: "~"
    case .words: "#"
    }
  }
}

extension Duration {
  fileprivate var inPlainSeconds: Double { Double(milliseconds) / 1_000 }

  /// `1:05.3`
  fileprivate var inSimulation: String {
    let tenths = (milliseconds + 50) / 100
    let seconds = tenths / 10 % 60
    return "\(tenths / 600):\(seconds < 10 ? "0" : "")\(seconds).\(tenths % 10)"
  }
}
