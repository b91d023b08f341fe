import Transfer

/// Who among all that can be rung is free, and who waits for whom: nobody is rung for two callers at once.
struct People: Sendable {
  /// What an Asterisk says of its phones.
  struct Phones: Sendable {
    /// By device; nothing of those that it was not asked about.
    var devices: [String: DeviceState] = [:]
    /// Until then nobody is rung: they may have signed off.
    var areKnown = true
  }

  private struct Waiting {
    let wish: Wish
    let pbx: PBXName
    let hours: [TimeSpec]
    var isInLine: Bool

    init(_ wish: Wish, on pbx: PBXName) {
      (self.wish, self.pbx) = (wish, pbx)
      hours = wish.hours.compactMap { source in
        do throws(TimeSpec.ParseError) {
          return try TimeSpec(parsing: source)
        } catch {
          // It was read when the conf file was.
          return nil
        }
      }
      isInLine = hours.isEmpty
    }
  }

  /// By which callers are called back at certain hours only.
  var timeZone = TimeZoneTable.utc
  /// Nobody is rung any more for whoever can wait.
  var isClosed = false

  var phones: [PBXName: Phones] = [:]

  /// Their last calls, by the names of the targets.
  var wrappingUp: [String: WrappingUp] = [:]

  private var missedCalls = MissedCalls()

  /// How many transfers have this target's phone, by its name.
  private var taken: [String: Int] = [:]
  private var takenBy: [TransferID: [String]] = [:]
  private var wishes: [TransferID: Waiting] = [:]
  var lines = WaitingLines()
  private var lastRung: [String: WallTime] = [:]
  /// The device of every target that was ever wished for.
  private var devices: [String: String] = [:]

  /// The targets that somebody waits for and that have this device, or whose sign it is.
  func wished(by device: String) -> [String] {
    lines.targets.filter { devices[$0] == device || DeviceState.sign(of: $0) == device }
  }

  /// Where this caller stands in line, 1 for the next; nil for one who does not wait for anybody. With several targets it
  /// is the shortest of their lines that counts: whoever is free first rings for them.
  func place(of transfer: TransferID) -> Int? {
    wishes[transfer].flatMap { lines.countAhead(of: $0.wish, transfer) }.map { $0 + 1 }
  }

  /// The targets that this caller waits for, where somebody can say whether they are free.
  func wished(by transfer: TransferID) -> [String] {
    guard let waiting = wishes[transfer], areKnown(on: waiting.pbx) else { return [] }
    return waiting.wish.candidates.map(\.name)
  }

  /// How many calls of ours this target has.
  func calls(of target: String) -> Int { taken[target] ?? 0 }

  /// None of those in its line gets it now.
  func takesNobody(_ target: String, at now: WallTime) -> Bool {
    calls(of: target) >= lines.mostCallsAtOnce(for: target) || isWrappingUp(target, at: now)
  }

  /// The targets who are free now and were not before, or have a call less. No machine: the transfer is over.
  mutating func update(_ id: TransferID, on pbx: PBXName, _ machine: TransferMachine?) -> [String] {
    note(machine?.wish, of: id, on: pbx)
    let before = takenBy[id] ?? []
    let after = machine?.people ?? []
    guard before != after else { return [] }
    takenBy[id] = after.isEmpty ? nil : after
    for name in after where !before.contains(name) { taken[name, default: 0] += 1 }
    let freed = before.filter { !after.contains($0) }
    for name in freed {
      taken[name] = taken[name].flatMap { $0 > 1 ? $0 - 1 : nil }
      forgetOurOwnCall(to: name, on: pbx)
    }
    return freed
  }

  private mutating func note(_ wish: Wish?, of id: TransferID, on pbx: PBXName) {
    let former = wishes[id]
    guard former?.wish != wish else { return }
    if let former, former.isInLine { lines.leave(former.wish, of: id) }
    let waiting = wish.map { Waiting($0, on: pbx) }
    wishes[id] = waiting
    guard let wish else { return }
    if waiting?.isInLine == true { lines.join(wish, of: id) }
    for candidate in wish.candidates { devices[candidate.name] = DeviceState.device(of: candidate) }
  }

  /// Asterisk tells that a phone is free again a moment after its channel has gone; until then it counts as unknown.
  private mutating func forgetOurOwnCall(to name: String, on pbx: PBXName) {
    if let device = devices[name], phones[pbx]?.devices[device] == .inUse { phones[pbx]?.devices[device] = nil }
  }

  /// What can be said to a transfer that waits: whom it gets, or who cannot be had. Nil: it goes on waiting.
  mutating func answer(to id: TransferID, at moment: Moment) -> TransferEvent? {
    guard !isClosed, let waiting = wishes[id], areKnown(on: waiting.pbx) else { return nil }
    guard isTheTime(for: waiting, at: moment.wall) else { return nil }
    let now = moment.steady
    var free: [Target] = []
    for candidate in waiting.wish.candidates {
      let calls = calls(of: candidate.name)
      guard calls < candidate.policy.callsAtOnce, !isWrappingUp(candidate.name, at: now) else { continue }
      if let cause = reasonToSkip(candidate, on: waiting.pbx, calls) { return .passedOver(candidate.name, cause) }
      free.append(candidate)
    }
    guard let chosen = choose(from: free, by: waiting.wish.strategy) else { return nil }
    lastRung[chosen.name] = now
    return .granted(chosen.name)
  }

  private func isTheTime(for waiting: Waiting, at now: WallTime) -> Bool {
    guard !waiting.hours.isEmpty else { return true }
    let clock = timeZone.wallClock(at: now)
    return waiting.hours.contains { $0.contains(clock) }
  }

  /// Whether it matters to somebody what time it is.
  var waitsForHours: Bool { wishes.values.contains { !$0.hours.isEmpty } }

  /// Whoever is rung for at certain hours only stands in line in these alone: outside them they are before nobody.
  mutating func keepHours(at now: WallTime) {
    for id in wishes.keys { keepHours(of: id, at: now) }
  }

  mutating func keepHours(of id: TransferID, at now: WallTime) {
    guard let waiting = wishes[id], waiting.isInLine != isTheTime(for: waiting, at: now) else { return }
    wishes[id]?.isInLine.toggle()
    if waiting.isInLine { lines.leave(waiting.wish, of: id) } else { lines.join(waiting.wish, of: id) }
  }

  /// Whoever misses too many calls is signed off at once: nobody is rung in vain until Asterisk knows it too.
  mutating func note(_ reactions: [(target: Target, reaction: Reaction)], on pbx: PBXName) -> [SignOff] {
    let signOffs = reactions.compactMap { missedCalls.note($0.reaction, of: $0.target) }
    for signOff in signOffs {
      phones[pbx, default: .init()].devices[DeviceState.sign(of: signOff.target)] = .unreachable
    }
    return signOffs
  }

  /// How many calls they have missed for which they were signed off; nil for everybody else.
  func missedCalls(of target: String, on pbx: PBXName) -> Int? {
    isAvailable(target, on: pbx) ? nil : missedCalls.signedOff[target]
  }

  mutating func take(_ state: DeviceState?, of device: String, on pbx: PBXName) {
    phones[pbx, default: .init()].devices[device] = state
    if state == .free, let target = DeviceState.target(ofSign: device) { missedCalls.signedOn(target) }
  }

  func areKnown(on pbx: PBXName) -> Bool { phones[pbx, default: .init()].areKnown }

  /// What is known of this target's phone; nil: nothing.
  func deviceState(of target: Target, on pbx: PBXName) -> DeviceState? {
    DeviceState.device(of: target).flatMap { phones[pbx]?.devices[$0] }
  }

  /// Their last call is over, and the next one waits for a while.
  func isWrappingUp(_ target: String, at now: WallTime) -> Bool { wrappingUp[target].map { now < $0.until } ?? false }

  /// False for somebody who has signed off.
  func isAvailable(_ target: String, on pbx: PBXName) -> Bool {
    switch phones[pbx]?.devices[DeviceState.sign(of: target)] {
    case .unreachable, .inUse: false
    case .free, nil: true
    }
  }

  private func reasonToSkip(_ target: Target, on pbx: PBXName, _ calls: Int) -> Outcome.Cause? {
    guard isAvailable(target.name, on: pbx) else { return .unreachable }
    guard let state = deviceState(of: target, on: pbx) else { return nil }
    return switch state {
    case .unreachable: target.policy.skipsUnreachable ? .unreachable : nil
    // A call of ours makes it busy too, and whether a target takes several is the administrator's to say.
    case .inUse: target.policy.skipsInUse && calls == 0 ? .busy : nil
    case .free: nil
    }
  }

  private func choose(from free: [Target], by strategy: TargetGroup.Strategy) -> Target? {
    switch strategy {
    case .order, .all:
      free.first
    case .leastRecent:
      free.min { left, right in
        (lastRung[left.name]?.milliseconds ?? 0) < (lastRung[right.name]?.milliseconds ?? 0)
      }
    }
  }
}

/// What Asterisk knows of a phone.
enum DeviceState: Equatable, Sendable {
  case free, inUse, unreachable

  /// Nil: Asterisk does not know either.
  init?(_ word: String) {
    switch word {
    case "NOT_INUSE": self = .free
    case "INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD": self = .inUse
    case "UNAVAILABLE": self = .unreachable
    default: return nil
    }
  }

  /// The device behind a dial string such as `PJSIP/alice`. A number on a trunk, or a place in the dialplan, has none.
  static func device(of target: Target) -> String? {
    let parts = target.dialString.split(separator: "/")
    return parts.count == 2 && !target.dialString.contains("@") && parts[0] != "Local" ? target.dialString : nil
  }

  /// Where Asterisk keeps, over restarts of its own and of ours, whether somebody has signed off: a device that exists
  /// for nothing else. The dialplan sets it as well, and a phone's lamp may show it.
  static func sign(of target: String) -> String { signs + target }

  static func target(ofSign device: String) -> String? {
    device.hasPrefix(signs) ? String(device.dropFirst(signs.count)) : nil
  }

  static let signedOff = "UNAVAILABLE"
  static let signedOn = "NOT_INUSE"

  private static let signs = "Custom:warm-transfer-"
}
