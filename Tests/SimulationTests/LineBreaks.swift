import Store

@testable import Transfer
@testable import WarmTransfer

// What the waiting line could do wrong.
extension Break {
  static let aboutTheLine: [Break] = [
    Break(
      name: "whoever came last is served first",
      offends: [.servedInTurn],
      isAboutTheLine: true,
      follows: changing { machine, now in
        machine.request.waitingSince = WallTime(milliseconds: -now.milliseconds)
      }
    ),
    Break(
      name: "priorities are ignored",
      offends: [.servedInTurn],
      isAboutTheLine: true,
      follows: changing { machine, _ in machine.request.priority = 0 }
    ),
    Break(
      name: "whoever is called back comes before everybody else",
      offends: [.servedInTurn],
      isAboutTheLine: true,
      follows: changing(isCallback: true) { machine, _ in
        machine.request.waitingSince = WallTime(milliseconds: 0)
      }
    ),
    Break(
      name: "whoever is called back has lost their place",
      offends: [.servedInTurn],
      isAboutTheLine: true,
      follows: changing(isCallback: true) { machine, now in machine.request.waitingSince = now }
    ),
    Break(
      name: "a callback falls out of the line",
      offends: [.servedInTurn, .nobodyIdles],
      isAboutTheLine: true,
      distorts: { coordinator in
        for (id, machine) in coordinator.switchboard.machines where id.isCallback {
          if let wish = machine.wish { coordinator.switchboard.people.lines.leave(wish, of: id) }
        }
      }
    ),
    Break(
      name: "a caller falls out of the line",
      offends: [.servedInTurn, .nobodyIdles],
      isAboutTheLine: true,
      distorts: { coordinator in
        for (id, machine) in coordinator.switchboard.machines where id.description.hasSuffix("7") {
          if let wish = machine.wish { coordinator.switchboard.people.lines.leave(wish, of: id) }
        }
      }
    ),
    Break(
      name: "a restart forgets since when somebody has waited",
      offends: [.servedInTurn],
      isAboutTheLine: true,
      takesUp: { coordinator in
        for (id, var machine) in coordinator.switchboard.machines {
          let number = Int64(id.description.dropFirst()) ?? 0
          machine.request.waitingSince = WallTime(milliseconds: -number)
          coordinator.switchboard.adopt(machine)
        }
      }
    ),
    Break(
      name: "who has had a call is not rung again",
      offends: [.nobodyIdles],
      isAboutTheLine: true,
      follows: { step, coordinator in
        guard let last = step.wrappingUp else { return [] }
        let call = Conversation(
          transfer: last.transfer,
          target: last.target,
          callerName: "",
          callerNumber: "",
          endedAt: last.endedAt,
          isWrappedUp: false
        )
        coordinator.switchboard.people.wrappingUp[last.target] = WrappingUp(call, lasting: .seconds(3_600))
        return []
      }
    ),
    Break(
      name: "who waits for somebody who is busy keeps everybody behind them waiting",
      offends: [.nobodyIdles, .servedInTurn],
      isAboutTheLine: true,
      distorts: { coordinator in
        let waiting = coordinator.switchboard.machines.values.filter { $0.wish != nil }
          .sorted { ($0.requestedAt, $0.request.id.description) < ($1.requestedAt, $1.request.id.description) }
        for machine in waiting.dropFirst() {
          if let wish = machine.wish { coordinator.switchboard.people.lines.leave(wish, of: machine.request.id) }
        }
        if let head = waiting.first, let wish = head.wish {
          coordinator.switchboard.people.lines.leave(wish, of: head.request.id)
          coordinator.switchboard.people.lines.join(wish, of: head.request.id)
        }
      }
    ),
  ]

  /// Of a caller who has just come, or of somebody who is to be called back.
  private static func changing(
    isCallback: Bool = false,
    _ change: @escaping @Sendable (inout TransferMachine, WallTime) -> Void
  ) -> @Sendable (Switchboard.Step, inout TransferCoordinator) -> [AsteriskCommand] {
    { step, coordinator in
      guard step.event == .requested, step.transfer.isCallback == isCallback,
        var machine = coordinator.switchboard.machines[step.transfer]
      else { return [] }
      change(&machine, step.at.steady)
      coordinator.switchboard.adopt(machine)
      return []
    }
  }
}
