import ARI

/// Something that Asterisk is asked or told, as data.
enum AsteriskRequest: Equatable, Sendable {
  case command(AsteriskCommand)
  case information
  case channels
  case bridges
  /// The channels that are in our application.
  case channelsInHand
  /// Of one channel; those that are not set are left out.
  case variables([String], of: String)
  case moduleIsRunning(String)
  /// Asterisk tells from now on what becomes of these devices.
  case watchDevices([String])
  case deviceStates([String])

  /// Whoever only looks does no harm by looking twice.
  private var onlyLooks: Bool {
    switch self {
    case .command: false
    case .information, .channels, .bridges, .channelsInHand, .variables, .moduleIsRunning, .watchDevices, .deviceStates:
      true
    }
  }

  /// Whether this failure may be gone when it is tried again.
  func mayBeRepeated(after failure: ARIError) -> Bool {
    switch (self, failure.kind) {
    case (.command(let command), .unanswered): command.mayBeRepeated
    case (.command, _), (_, .notFound), (_, .unauthorized): false
    case (_, .unanswered), (_, .refused), (_, .conflict), (_, .unreadable): onlyLooks
    }
  }

  /// An error that says that it was done already, by this attempt or by an earlier one.
  func wasDone(_ failure: ARIError, at attempt: Int) -> Bool {
    guard case .command(let command) = self, case .conflict = failure.kind else { return false }
    return command.wasDone(before: attempt)
  }
}

/// What Asterisk has answered.
enum AsteriskAnswer: Equatable, Sendable {
  case done
  case information(ARIInformation)
  case channels([ARIChannel])
  case bridges([ARIBridge])
  case names([String])
  /// Variables by name, or states by device.
  case values([String: String])
  case isSo(Bool)
}

extension ARIClient {
  func answer(to request: AsteriskRequest) async -> Result<AsteriskAnswer, ARIError> {
    do throws(ARIError) {
      return .success(try await perform(request))
    } catch {
      return .failure(error)
    }
  }

  private func perform(_ request: AsteriskRequest) async throws(ARIError) -> AsteriskAnswer {
    switch request {
    case .command(let command):
      try await perform(command)
      return .done
    case .information: return .information(try await information())
    case .channels: return .channels(try await channels.list())
    case .bridges: return .bridges(try await bridges.list())
    case .channelsInHand: return .names(try await applications.channels())
    case .variables(let names, let channel): return .values(try await variables(names, of: channel))
    case .moduleIsRunning(let name): return .isSo(try await modules.isRunning(name))
    case .watchDevices(let devices):
      try await applications.subscribe(to: devices.map { "deviceState:" + $0 })
      return .done
    case .deviceStates(let devices): return .values(try await deviceStates.get(devices))
    }
  }

  /// What a dialplan has set of these; nothing for a channel that has gone.
  func variables(_ names: [String], of channel: String) async throws(ARIError) -> [String: String] {
    do throws(ARIError) {
      return try await channels.variables(names, of: channel)
    } catch {
      guard error.kind == .notFound else { throw error }
      return [:]
    }
  }

  /// Who shares a bridge with this channel.
  func companions(of channel: String) async throws(ARIError) -> [String] {
    try await bridges.list().companions(of: channel)
  }
}
