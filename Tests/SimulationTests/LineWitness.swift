import ARI
import Transfer

@testable import WarmTransfer

/// Watches a waiting line from outside: who waits for whom and since when, whose phones are free, and who is rung for
/// whom. It shares no rule with the product.
struct LineWitness {
  /// Longer than a decision takes to become a phone that is rung, and than what happens takes to be told.
  private static let decisionTakes: Int64 = 300
  /// With all that is on the way, nobody is left idle for longer while somebody waits for them.
  private static let longestIdle: Int64 = 2_000
  /// After a restart: until it is known what there is, and nobody may be rung before.
  private static let timeToCatchUp: Int64 = 3_000

  /// One caller, or one who is to be called back, as far as the line is concerned.
  private struct Place {
    let priority: Int
    /// Of the targets that may be rung for them.
    let endpoints: Set<String>
    let takesSeveral: Bool
    /// When the service has taken them up.
    var since: Int64?
    /// Nobody is rung for them, without a break since then.
    var waitsSince: Int64?
    var rung: Set<String> = []
    var firstRungAt: Int64?
    /// Of a callback: its time has come, and nobody has been found for it.
    var isInLine = false

    func waits(for endpoint: String) -> Bool {
      waitsSince != nil && endpoints.contains(endpoint) && !rung.contains(endpoint)
    }
  }

  /// The callers, and behind them what each of them is as a callback.
  private var places: [Place]
  private let callers: Int
  private var freeSince: [String: Int64?]
  /// What each leg has rung, by the leg's name.
  private var endpoints: [String: String] = [:]
  private(set) var fairness = Fairness()

  init(_ scenario: Scenario) {
    places = scenario.calls.map { call in
      var (targets, strategy): ([Target], TargetGroup.Strategy) = ([], .order)
      if case .ring(let party) = call.request.plan { (targets, strategy) = (party.targets, party.strategy) }
      return Place(
        priority: call.variables["WT_PRIORITY"].flatMap { Int($0) } ?? 0,
        endpoints: Set(targets.map(\.dialString)),
        takesSeveral: strategy == .all
      )
    }
    callers = places.count
    places += places
    freeSince = Dictionary(scenario.endpoints.map { ($0, Int64?.some(0)) }) { first, _ in first }
  }

  mutating func takesUp(_ line: Int, at now: Int64) { places[line].since = now }

  /// Whoever is called back has waited since they came.
  func place(ofCallback line: Int) -> Int { callers + line }

  mutating func callback(_ line: Int, isInLine: Bool) {
    let callback = place(ofCallback: line)
    places[callback].since = places[line].since
    places[callback].isInLine = isInLine
    if !isInLine { isServed(callback) }
  }

  /// It has been decided who is rung for them: of two who are served at once, either phone may ring first.
  mutating func isServed(_ place: Int) { places[place].waitsSince = nil }

  private func name(of place: Int) -> String {
    place < callers ? "\(place + 1)" : "\(place - callers + 1), who is to be called back"
  }

  /// Somebody is rung: is it this caller's turn?
  mutating func rings(_ origination: ARIChannels.Origination, _ line: Int, at now: Int64, servesSince: Int64) -> String?
  {
    let isFirst = endpoints.updateValue(origination.endpoint, forKey: origination.channelID) == nil
    let mine = places[line]
    places[line].rung.insert(origination.endpoint)
    if places[line].firstRungAt == nil { places[line].firstRungAt = now }
    // Decided before the restart, perhaps.
    guard isFirst, servesSince == 0 || now - servesSince > Self.timeToCatchUp else { return nil }
    guard let since = mine.since else { return nil }
    let skipped = places.indices.first { other in
      let place = places[other]
      guard other != line, place.waits(for: origination.endpoint), let otherSince = place.since,
        let waitsSince = place.waitsSince, now - waitsSince > Self.decisionTakes
      else { return false }
      return place.priority > mine.priority
        || place.priority == mine.priority && otherSince + Self.decisionTakes < since
    }
    return skipped.map {
      "\(origination.endpoint) is rung for \(name(of: line)), and it is the turn of \(name(of: $0))"
    }
  }

  /// What was so until now: who has waited for somebody who was free?
  mutating func timePasses(
    to now: Int64,
    since last: Int64,
    _ lines: [Line],
    _ asterisk: FakeAsterisk,
    servesSince: Int64
  )
    -> String?
  {
    look(at: last, lines, asterisk)
    let start = servesSince == 0 ? 0 : servesSince + Self.timeToCatchUp
    for (endpoint, free) in freeSince {
      guard let free else { continue }
      let waiting = places.indices.first { line in
        guard places[line].waits(for: endpoint), let waits = places[line].waitsSince else { return false }
        return now - max(free, waits, start) > Self.longestIdle
      }
      if let waiting { return "\(endpoint) has been free since \(free), and \(name(of: waiting)) waits for them" }
    }
    return nil
  }

  private mutating func look(at now: Int64, _ lines: [Line], _ asterisk: FakeAsterisk) {
    var busy: Set<String> = []
    var linesWithPhones: Set<String> = []
    for channel in asterisk.channels.values {
      guard let endpoint = endpoints[channel.id.stem] else { continue }
      busy.insert(endpoint)
      linesWithPhones.insert(String(channel.id.stem.prefix { $0 != "a" }))
    }
    for (line, state) in lines.enumerated() {
      let isThere = asterisk.callers[state.call.channel]?.place == .stasis && state.outcome == nil
      let isHeld = state.phase == .held && !linesWithPhones.contains("wt-\(state.call.id)-")
      let isOpen = isHeld || places[line].takesSeveral && (state.phase == .ringing || state.phase == .briefing)
      note(line, waits: isThere && isOpen && state.isAtRest && places[line].since != nil, at: now)
      let callback = place(ofCallback: line)
      let isInLine = places[callback].isInLine && !linesWithPhones.contains("wt-\(state.call.id.ofCallback)-")
      note(callback, waits: isInLine, at: now)
    }
    for (endpoint, free) in freeSince { freeSince[endpoint] = .some(busy.contains(endpoint) ? nil : free ?? now) }
  }

  private mutating func note(_ place: Int, waits: Bool, at now: Int64) {
    places[place].waitsSince = waits ? places[place].waitsSince ?? now : nil
  }

  // MARK: Figures

  /// When all is over. Whoever has asked to be called back was out of the line while they were asked on which number.
  mutating func settle(_ lines: [Line]) {
    let places = zip(places, lines).filter { $1.call.optsOutAt == nil }.map { $0.0 }
    for place in places {
      guard let since = place.since, let rungAt = place.firstRungAt else { continue }
      fairness.waits[place.priority, default: []].append(rungAt - since)
      let overtakers = places.filter { other in
        guard let otherSince = other.since, let otherRungAt = other.firstRungAt else { return false }
        return other.priority <= place.priority && otherSince > since + Self.decisionTakes && otherRungAt < rungAt
      }
      let rivals = overtakers.filter { $0.endpoints == place.endpoints }
      fairness.mostOvertakers = max(fairness.mostOvertakers, overtakers.count)
      fairness.mostRivals = max(fairness.mostRivals, rivals.count)
      fairness.callers += 1
    }
  }
}

/// How long callers have waited until the first phone rang for them, and how many who came later were before them.
struct Fairness: CustomStringConvertible {
  var callers = 0
  /// By their priority, in milliseconds.
  var waits: [Int: [Int64]] = [:]
  /// Of no higher priority, whomever they waited for.
  var mostOvertakers = 0
  /// Of those who waited for the same people.
  var mostRivals = 0

  mutating func add(_ other: Fairness) {
    callers += other.callers
    waits.merge(other.waits, uniquingKeysWith: +)
    mostOvertakers = max(mostOvertakers, other.mostOvertakers)
    mostRivals = max(mostRivals, other.mostRivals)
  }

  var description: String {
    let rows = waits.sorted { $0.key > $1.key }.map { priority, waits in
      let sorted = waits.sorted()
      let figures = [50, 95, 100].map { percent in sorted[(sorted.count - 1) * percent / 100] / 1_000 }
      return
        "  priority \(priority): \(sorted.count) callers, waited \(figures[0]) s (median), \(figures[1]) s (95 of 100), "
        + "\(figures[2]) s (longest)"
    }
    return
      ([
        "\(callers) callers were rung for; overtaken by at most \(mostOvertakers) of no higher priority who waited for others, "
          + "\(mostRivals) who waited for the same people"
      ] + rows).joined(separator: "\n")
  }
}
