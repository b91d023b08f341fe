import Transfer

// Where callers stand, for those who ask.
extension Switchboard {
  /// As callers have waited lately for this target or group; nil until there is experience.
  func usualWait(for party: String) -> Duration? { waitTimes.estimate(for: party) }

  /// Where the caller stands in line, and how long it will probably take. Whoever is rung for just now is the next.
  func standing(of id: TransferID) -> (place: Int?, wait: Duration?) {
    guard let machine = machines[id], case .ring(let party) = machine.request.plan, let place = place(of: machine)
    else {
      return (nil, nil)
    }
    return (place, waitTimes.estimate(for: party.name, place: place))
  }

  private func place(of machine: TransferMachine) -> Int? {
    switch machine.phase {
    // Of those who have only just asked, whoever is to be called back stands in line.
    case .held, .requested: people.place(of: machine.request.id)
    case .ringing, .briefing: 1
    case .merging, .connected, .returning, .ended: nil
    }
  }

  /// The one in which this number is to be called back.
  func callback(of number: TelephoneNumber) -> TransferMachine? {
    callbacks.first { $0.value.isTheSame(as: number) }.flatMap { machines[$0.key] }
  }
}
