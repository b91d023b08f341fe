import ARI
import Runtime
import Transfer

/// What the coordinator sends out for, each as often as it takes.
extension ARIClient {
  private static let attempts = 3
  private static let pause: Duration = .milliseconds(150)

  func attempt(_ commands: [AsteriskCommand], _ log: Log) async -> CommandFailure? {
    if commands.allSatisfy(\.setsVariable) { return await attemptAtOnce(commands, log) }
    for command in commands {
      if let failure = await attempt(command, log), !command.isNote { return failure }
    }
    return nil
  }

  /// Variables do not depend on each other, and nobody depends on a note.
  private func attemptAtOnce(_ commands: [AsteriskCommand], _ log: Log) async -> CommandFailure? {
    await withTaskGroup(of: CommandFailure?.self) { group in
      for command in commands {
        group.addTask {
          let failure = await attempt(command, log)
          return command.isNote ? nil : failure
        }
      }
      return await group.reduce(nil) { $0 ?? $1 }
    }
  }

  private func attempt(_ command: AsteriskCommand, _ log: Log) async -> CommandFailure? {
    var attempt = 1
    while true {
      do throws(ARIError) {
        try await perform(command)
        return nil
      } catch {
        if case .conflict = error.kind, command.wasDone(before: attempt) { return nil }
        guard case .unanswered = error.kind, command.mayBeRepeated, attempt < Self.attempts else {
          if error.kind != .notFound, !command.isNote { log.warning("command failed", ["reason": error]) }
          return CommandFailure(error)
        }
      }
      attempt += 1
      do { try await Task.sleep(for: Self.pause) } catch { return .unanswered("the service is stopping") }
    }
  }

  func hasInHand(_ channel: String) async -> Bool {
    do throws(ARIError) {
      return try await applications.channels().contains(channel)
    } catch {
      return false
    }
  }

  /// In the dialplan or with somebody else.
  func isThere(_ channel: String) async -> Bool {
    do throws(ARIError) {
      return try await channels.list().contains { $0.id == channel && !$0.hasHungUp }
    } catch {
      return false
    }
  }

  /// Who shares a bridge with this channel, as a voice agent does that brings a caller.
  func companions(of channel: String) async -> [String] {
    do throws(ARIError) {
      return try await bridges.list().first { $0.channels.contains(channel) }?.channels.filter { $0 != channel } ?? []
    } catch {
      return []
    }
  }

  /// What a dialplan has set of these; all are asked for at once.
  func variables(_ names: [String], of channel: String) async -> [String: String] {
    await withTaskGroup(of: (String, String).self) { group in
      for name in names {
        group.addTask {
          do {
            return (name, try await channels.variable(name, of: channel))
          } catch {
            return (name, "")
          }
        }
      }
      return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }
}
