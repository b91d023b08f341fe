import ARI
import Runtime
import Settings
import Transfer

/// Where everything that happens meets: frames from Asterisk, timers, results of commands and requests enter here,
/// one after the other, and leave as effects.
///
/// Nothing on this path waits. Commands of one transfer are sent one by one in a lane of its own; speech, sleeping and
/// the reading of channel variables are jobs beside it.
actor TransferCoordinator {
  private typealias Job = @Sendable () async -> Void
  private typealias Lane = AsyncStream<TransferEffect>.Continuation

  /// Far more than any transfer ever has waiting.
  private static let laneLimit = 512
  private static let jobLimit = 50_000

  private let ari: ARIClient
  private let speech: SpeechDesk
  private let soundsFolder: String
  private let log: Log
  private let clock: SystemClock

  private var settings: Settings
  private var switchboard = Switchboard()
  private var deadlines = Deadlines()
  private var lanes: [TransferID: Lane] = [:]
  /// Lanes that still send commands, also of transfers that have ended.
  private var lanesAtWork = 0
  private var isDraining = false

  private let jobs: AsyncStream<Job>
  private let newJobs: AsyncStream<Job>.Continuation

  init(ari: ARIClient, speech: SpeechDesk, settings: Settings, log: Log) {
    self.ari = ari
    self.speech = speech
    self.settings = settings
    self.log = log
    clock = SystemClock()
    soundsFolder = settings.general.soundsDirectoryInAsterisk
    (jobs, newJobs) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.jobLimit))
  }

  /// Owns all the work that transfers give rise to. Runs until the task is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      for await job in jobs { group.addTask(operation: job) }
      group.cancelAll()
    }
  }

  /// Transfers that begin from now on follow these; those under way keep what they began with.
  func use(_ settings: Settings) {
    self.settings = settings
  }

  // MARK: From Asterisk

  func receive(_ event: ARIEvent) {
    if case .stasisStart(let channel, let arguments, _) = event, AsteriskName(parsing: channel.id) == nil {
      arrive(channel, arguments)
    } else if let (transfer, event) = switchboard.meaning(of: event) {
      post(event, to: transfer)
    }
  }

  /// The events' socket is new: what happened before has to be seen from what is still there.
  func reconcile() async throws(ARIError) {
    let channels = Set(try await ari.channels.list().map(\.id))
    for (transfer, event) in switchboard.changes(channels: channels) { post(event, to: transfer) }
  }

  private func arrive(_ channel: ARIChannel, _ arguments: [String]) {
    start { [ari] in
      let variables = await ari.variables(Arrival.variableNames, of: channel.id)
      await self.begin(Arrival(channel: channel, arguments: arguments, variables: variables))
    }
  }

  private func begin(_ arrival: Arrival) {
    var random = SystemRandomNumberGenerator()
    let id = TransferID(from: &random)
    var request = arrival.request(id, settings, at: clock.wallClock())
    if isDraining { request.plan = .refuse(.disabled) }
    let translation = CommandTranslation(request: request, soundsFolder: soundsFolder)
    guard let step = switchboard.begin(request, at: clock.now()) else { return }
    log.info("transfer requested", ["transfer": id, "caller": request.caller.channel, "topic": request.context.topic])
    openLane(of: id, translation)
    carryOut(step)
  }

  // MARK: The path

  private func post(_ event: TransferEvent, to transfer: TransferID) {
    guard let step = switchboard.post(event, to: transfer, at: clock.now()) else { return }
    carryOut(step)
  }

  private func carryOut(_ step: Switchboard.Step) {
    for effect in step.effects { carryOut(effect, of: step.transfer) }
    log.record(step)
    guard step.outcome != nil else { return }
    deadlines.cancelAll(of: step.transfer)
    lanes.removeValue(forKey: step.transfer)?.finish()
  }

  private func carryOut(_ effect: TransferEffect, of transfer: TransferID) {
    switch effect {
    case .startTimer(let timer, let deadline):
      if let wakeUp = deadlines.start(.init(transfer: transfer, timer: timer), at: deadline) { sleep(until: wakeUp) }
    case .cancelTimer(let timer):
      deadlines.cancel(.init(transfer: transfer, timer: timer))
    case .prepareSpeech(let id, let text, let voice):
      start { [speech] in await self.post(speech.prepare(id, text, voice, for: transfer), to: transfer) }
    default:
      lanes[transfer]?.yield(effect)
    }
  }

  private func openLane(of transfer: TransferID, _ translation: CommandTranslation) {
    let (effects, lane) = AsyncStream.makeStream(
      of: TransferEffect.self,
      bufferingPolicy: .bufferingOldest(Self.laneLimit)
    )
    lanes[transfer] = lane
    lanesAtWork += 1
    start { [ari, speech, log] in
      for await effect in effects {
        if effect == .discardSpeech { await speech.discard(transfer) }
        for command in translation.commands(for: effect) {
          guard let failure = await ari.attempt(command, log) else { continue }
          await self.post(.commandFailed(effect, failure), to: transfer)
          break
        }
      }
      await self.laneEnded()
    }
  }

  private func laneEnded() { lanesAtWork -= 1 }

  private func start(_ job: @escaping Job) {
    if case .dropped = newJobs.yield(job) { log.error("too much work at once, something was left undone") }
  }

  // MARK: Timers

  private func sleep(until deadline: WallTime) {
    let wait = deadline - clock.now()
    start {
      do {
        try await Task.sleep(for: max(.zero, wait))
        await self.wake()
      } catch {
        // The service is stopping: nobody waits for this any more.
      }
    }
  }

  private func wake() {
    let (due, next) = deadlines.due(at: clock.now())
    for timer in due { post(.timerFired(timer.timer), to: timer.transfer) }
    if let next { sleep(until: next) }
  }

  // MARK: Stopping

  /// No new transfers; callers who are not talking yet go back to the dialplan.
  func drain() {
    isDraining = true
    for (id, machine) in switchboard.machines where machine.phase != .connected { post(.cancelRequested, to: id) }
  }

  /// Transfers that are not over, or whose last commands are still being sent.
  var transfersUnderWay: Int { max(switchboard.machines.count, lanesAtWork) }
}

extension ARIClient {
  /// Commands carry ids of our own making, so that one which was lost on the way can be repeated without harm.
  private static let attempts = 3
  private static let pause: Duration = .milliseconds(150)

  fileprivate func attempt(_ command: AsteriskCommand, _ log: Log) async -> CommandFailure? {
    var attempt = 1
    while true {
      do throws(ARIError) {
        try await perform(command)
        return nil
      } catch {
        guard case .unanswered = error.kind, attempt < Self.attempts else {
          if error.kind != .notFound { log.warning("command failed", ["reason": error]) }
          return CommandFailure(error)
        }
      }
      attempt += 1
      do { try await Task.sleep(for: Self.pause) } catch { return .unanswered("the service is stopping") }
    }
  }

  /// What a dialplan has set of these; all are asked for at once.
  fileprivate func variables(_ names: [String], of channel: String) async -> [String: String] {
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
