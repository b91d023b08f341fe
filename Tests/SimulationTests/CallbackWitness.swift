import ARI
import Transfer

@testable import WarmTransfer

/// Watches those who are called back, from outside: nobody's phone rings twice for one try, nobody who was promised a call
/// is forgotten or called by two, and whoever is called talks with somebody who has accepted.
struct CallbackWitness {
  /// What was promised, by the name of the transfer that is to keep it.
  private var promises: [TransferID: CallbackPromise] = [:]
  private var endings: [TransferID: [Outcome]] = [:]
  private var rung: Set<String> = []
  private var tries: [TransferID: Int] = [:]
  private var keys: [String: String] = [:]
  private(set) var talks = 0

  var kept: Int { endings.count }

  mutating func promises(_ promise: CallbackPromise, by transfer: TransferID) {
    promises[transfer.ofCallback] = promise
  }

  mutating func ends(_ transfer: TransferID, _ outcome: Outcome) -> String? {
    endings[transfer, default: []].append(outcome)
    if outcome.cause == .cancelled { return "\(transfer) is called off, and nobody has asked for that" }
    return endings[transfer]?.count == 1 ? nil : "\(transfer) ends twice"
  }

  mutating func presses(_ key: String, on channel: String) { keys[channel.stem, default: ""] += key }

  func keys(of channel: String) -> String { keys[channel.stem] ?? "" }

  /// Each phone has a name of its own, for each try another.
  mutating func rings(_ origination: ARIChannels.Origination, of transfer: TransferID, most: Int) -> String? {
    guard Self.isCaller(origination) else { return nil }
    guard rung.insert(origination.channelID).inserted else { return "\(origination.channelID) is rung twice" }
    tries[transfer, default: 0] += 1
    return tries[transfer, default: 0] <= most ? nil : "\(transfer): more tries than \(most)"
  }

  static func isCaller(_ origination: ARIChannels.Origination) -> Bool { origination.endpoint.hasSuffix("@out") }

  /// Everybody in the bridge of a callback but the one who is called has accepted before.
  mutating func meet(_ members: [FakeAsterisk.Channel], accepts: (String) -> Bool) -> String? {
    let callees = members.filter { $0.endpoint.hasSuffix("@out") }
    guard !callees.isEmpty, members.count > 1 else { return nil }
    talks += 1
    let others = members.filter { !$0.endpoint.hasSuffix("@out") }
    if callees.count > 1 || others.count > 1 { return "\(members.map(\.id)) at once" }
    return others.first { !accepts(keys(of: $0.id)) }.map { "\($0.id) talks after the keys '\(keys(of: $0.id))'" }
  }

  func settle() -> String? {
    let forgotten = promises.keys.filter { endings[$0] == nil }
    return forgotten.isEmpty ? nil : "promised and forgotten: \(forgotten.map(\.description).sorted())"
  }
}

extension TransferID {
  /// That of a caller who is called back has an ending of its own.
  var isCallback: Bool { description.hasSuffix("cb") }
}

extension Simulation {
  func noteCallback(
    _ transfer: TransferID,
    _ event: TransferEvent,
    from before: TransferMachine.Phase,
    to after: TransferMachine.Phase,
    _ outcome: Outcome?
  ) {
    chronicle.note(clock.now, "\(transfer) \(event)")
    if before != after { chronicle.note(clock.now, "\(transfer) \(before) -> \(after)") }
    if let line = line(ofCallback: transfer), before != after || event == .timerFired(.callback) {
      lineWitness?.callback(line, isInLine: event == .timerFired(.callback) && after == .requested)
    }
    guard let outcome else { return }
    chronicle.note(clock.now, "\(transfer) ENDS \(outcome.result.rawValue) \(outcome.cause.rawValue)")
    if let twice = callbackWitness.ends(transfer, outcome) { witness.found(.endsOnce, twice) }
    lastEnd = clock.now
  }

  func line(ofCallback transfer: TransferID) -> Int? {
    TransferID(String(transfer.description.dropLast("cb".count))).flatMap { line(of: $0) }
  }

  func callback(of subject: String) -> TransferID? {
    guard let id = subject.split(separator: "-").dropFirst().first.flatMap({ TransferID(String($0)) }) else {
      return nil
    }
    return id.isCallback ? id : nil
  }

  func judgeCallback(_ event: ARIEvent) {
    guard case .channelEnteredBridge(_, let bridge) = event, callback(of: bridge.id) != nil else { return }
    let members = (asterisk.bridges[bridge.id]?.members ?? []).compactMap { asterisk.channels[$0] }
    if let violation = callbackWitness.meet(members, accepts: witness.accepts) {
      witness.found(.nobodyHearsBeforeAccepting, violation)
    }
  }
}
