import Transfer

/// Callers who wait, those who have waited longest first: a line for each target, and whoever would take one of several
/// stands in the line of each of these. The next is found at the head, however long the line is.
struct WaitingLines: Sendable {
  struct Place: Equatable, Sendable {
    let transfer: TransferID
    let since: WallTime
    /// How many calls the target takes at once, as the conf file said when this caller came.
    let callsAtOnce: Int

    func isBefore(_ other: Place) -> Bool {
      since == other.since ? transfer.description < other.transfer.description : since < other.since
    }
  }

  private struct Line {
    var places: [Place] = []
    /// No caller in it knows of a target that takes more.
    var mostCallsAtOnce = 0
  }

  private var lines: [String: Line] = [:]

  /// The names of all targets that somebody waits for.
  var targets: [String] { lines.keys.sorted() }

  /// Counted from the front; nil behind the last.
  func place(_ index: Int, for target: String) -> Place? {
    guard let places = lines[target]?.places, index < places.count else { return nil }
    return places[index]
  }

  /// With so many calls a target takes none of those who wait for it.
  func mostCallsAtOnce(for target: String) -> Int { lines[target]?.mostCallsAtOnce ?? 0 }

  mutating func join(_ wish: Wish, of transfer: TransferID) {
    for candidate in wish.candidates {
      let place = Place(transfer, wish, candidate)
      let index = index(of: place, for: candidate.name)
      let most = max(mostCallsAtOnce(for: candidate.name), place.callsAtOnce)
      lines[candidate.name, default: Line()].places.insert(place, at: index)
      lines[candidate.name]?.mostCallsAtOnce = most
    }
  }

  mutating func leave(_ wish: Wish, of transfer: TransferID) {
    for candidate in wish.candidates {
      let index = index(of: Place(transfer, wish, candidate), for: candidate.name)
      guard place(index, for: candidate.name)?.transfer == transfer else { continue }
      lines[candidate.name]?.places.remove(at: index)
      if lines[candidate.name]?.places.isEmpty == true { lines[candidate.name] = nil }
    }
  }

  /// Where it stands, or would stand. Whoever comes last is found first.
  private func index(of place: Place, for target: String) -> Int {
    guard let places = lines[target]?.places, let last = places.last else { return 0 }
    if last.isBefore(place) { return places.count }
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle].isBefore(place) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension WaitingLines.Place {
  fileprivate init(_ transfer: TransferID, _ wish: Wish, _ candidate: Target) {
    self.init(transfer: transfer, since: wish.since, callsAtOnce: candidate.policy.callsAtOnce)
  }
}
