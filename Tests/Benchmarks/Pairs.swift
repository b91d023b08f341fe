import ARI
import Foundation
import Lab
import Speech
import Transfer
import Transport

/// Transfers through the service and through the bare sequence, in turns, so that whatever the machine does besides
/// falls on both.
struct Pairs {
  private struct Measured {
    var join: Duration
    var reaction: Duration
    /// From the answer to the end of the first packet with sound in it that the person's phone received.
    var sound: Duration
  }

  private enum Kind: String, CaseIterable {
    case service = "the service"
    case bare = "bare sequence"
  }

  /// What a key can come into.
  private struct State {
    let name: String
    /// For the target, in the service's conf.
    let conf: String
    /// What the service tells the person, which the bare sequence plays too.
    var briefing = "A call from Caller. \(summary) Press 1 to take the call, 2 to decline, 3 to hear this again."
    /// What still plays to the caller.
    var toCaller: String?
    var isBriefingOver = false
    /// From the answer to the key, in milliseconds.
    var keyAfter = 900
  }

  private static let long = "I'm connecting you with somebody who can help you. This usually takes about half a minute."

  /// With `amd = parallel` a snoop is open: the detector has not made up its mind.
  private static let states = [
    State(name: "briefing plays, snoop open", conf: "amd = parallel\nannouncement = Hold on."),
    State(
      name: "briefing and announcement play, snoop open",
      conf: "amd = parallel\nannouncement = \(long)",
      toCaller: long
    ),
    State(name: "briefing plays, no snoop", conf: "amd = off\nannouncement = Hold on."),
    State(
      name: "briefing and comfort message play, snoop open",
      conf: "amd = parallel\nannouncement =\ncomfort_interval = 1\ncomfort_message = \(long)",
      toCaller: long,
      keyAfter: 2_000
    ),
    State(
      name: "briefing plays, snoop open, and a speech engine does not answer",
      conf:
        "amd = parallel\nannouncement = Hold on.\nvoice = slow\n\n[slow]\ntype = voice\ncommand = /bin/sleep 30"
    ),
    State(
      name: "nothing plays any more, no snoop",
      conf: "amd = off\nannouncement = Hold on.\nbriefing = A call.",
      briefing: "A call.",
      isBriefingOver: true,
      keyAfter: 2_500
    ),
  ]

  private static let count = ProcessInfo.processInfo.environment["PAIRS"].flatMap(Int.init) ?? 15
  private static let summary = "Account 4821 was charged twice."

  let lab: Lab
  let observer: Observer
  let http: HTTPClient

  func run() async throws {
    for (number, state) in Self.states.enumerated() { try await run(while: state, number) }
  }

  private func run(while state: State, _ number: Int) async throws {
    let endpoint = "PJSIP/accept-fast-100-\(state.keyAfter)-anna@trunk"
    let conf = "[anna]\ntype = target\ndial = \(endpoint)\n\(state.conf)\n"
    let service = try ServiceProcess.start(conf, in: lab, name: "state\(number)")
    try await service.logged("info ready")
    // The service clears away what it finds when it starts.
    var toCaller: String?
    if let text = state.toCaller { toCaller = try await sound("bare-announcement-\(number)", text) }
    let bare = BareSequence(
      lab,
      over: http,
      endpoint: endpoint,
      briefing: try await sound("bare-briefing-\(number)", state.briefing),
      isBriefingOver: state.isBriefingOver,
      announcement: toCaller
    )
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await bare.run() }
      while await !bare.isReady { try await Task.sleep(for: .milliseconds(10)) }
      report(try await alternate(bare), while: state)
      group.cancelAll()
    }
    try await service.stop()
  }

  /// Without its ending, as Asterisk sees it.
  private func sound(_ name: String, _ text: String) async throws -> String {
    guard let name = SoundName(name) else { throw BenchmarkError(description: "no name for a sound") }
    let recording = try await SpeechSynthesizer().speak(SpokenText(.english).spoken(text), voice: Voice())
    try SoundFiles(folder: lab.soundsDirectory.path).write(recording, named: name)
    return "\(lab.soundsDirectoryInAsterisk)/\(name)"
  }

  /// The first pair only warms up.
  private func alternate(_ bare: BareSequence) async throws -> [Kind: [Measured]] {
    var measured: [Kind: [Measured]] = [:]
    for pair in 0...Self.count {
      // Each goes first in every second pair.
      for kind in pair.isMultiple(of: 2) ? Kind.allCases : Kind.allCases.reversed() {
        let one: Measured
        do { one = try await transfer(by: kind) } catch { throw await bare.failure ?? error }
        if let failure = await bare.failure { throw failure }
        if pair > 0 { measured[kind, default: []].append(one) }
      }
    }
    return measured
  }

  private func transfer(by kind: Kind) async throws -> Measured {
    var variables = ["WT_TARGET": "anna", "WT_SUMMARY": Self.summary]
    if kind == .bare { variables["WT_APP"] = BareSequence.application }
    let call = try await lab.call(variables: variables)
    let agent = try await call.agent()
    try await agent.time(of: .talking)
    try await Task.sleep(for: .milliseconds(200))
    try await call.hangUp()
    let heard = try await agent.heard()
    let answered = try await agent.time(of: .answered)
    let left = try await lab.leftovers()
    guard left.isEmpty else { throw BenchmarkError(description: "\(kind.rawValue) left \(left)") }
    let passages = try observer.passages()
    guard passages.count == 1, let passage = passages.values.first, let join = passage.join,
      let reaction = passage.reaction, let sound = heard.firstSound(after: answered)
    else { throw BenchmarkError(description: "\(kind.rawValue): no whole transfer seen, but \(passages)") }
    return Measured(join: join, reaction: reaction, sound: sound)
  }

  private func report(_ measured: [Kind: [Measured]], while state: State) {
    print("\n\(state.name):")
    row("key -> both in the bridge", measured, \.join, goal: "goal: median ratio at most 0.90")
    row("answer -> briefing started", measured, \.reaction)
    row("answer -> first packet of the briefing at the person's phone, with its 20 ms", measured, \.sound)
  }

  private func row(
    _ title: String,
    _ measured: [Kind: [Measured]],
    _ value: KeyPath<Measured, Duration>,
    goal: String = ""
  ) {
    let service = Figures((measured[.service] ?? []).map { $0[keyPath: value] })
    let bare = Figures((measured[.bare] ?? []).map { $0[keyPath: value] })
    table(
      "\(title), \(service.count) alternating pairs",
      [
        ["ms", "median", "p99"],
        [Kind.service.rawValue, service.median.milliseconds, service.p99.milliseconds],
        [Kind.bare.rawValue, bare.median.milliseconds, bare.p99.milliseconds],
        ["ratio", decimals(service.median / bare.median, 2), decimals(service.p99 / bare.p99, 2), goal],
      ]
    )
  }
}
