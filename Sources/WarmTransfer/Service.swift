import ARI
import Store
package import Runtime
import Settings
import Speech
import Transfer
import Transport

/// The long-running service: its PBXs, one coordinator, one speaker, until it is told to stop.
package struct Service: Sendable {
  /// Why a service that was started has ended.
  package enum End: Sendable {
    case drained
    /// Another service has taken over the application's name.
    case replaced
  }

  /// What runs side by side.
  private struct Parts: Sendable {
    let coordinator: CoordinatorRunner
    let pbxs: [PBX]
    let retention: Retention
    let accounts: Accounts
    let courier: WebhookSender
    let api: APIServer
    let control: LocalControl
    let agi: AGIServer
    let live: LiveView
    let speech: TransferSpeech

    /// Each until its task is cancelled. Where a server listens is settled at the start, the rest is asked for anew.
    func work(_ settings: Settings) -> [@Sendable () async -> Void] {
      [
        { await coordinator.run() },
        { await retention.run { await coordinator.settings.general } },
        { await accounts.run { await coordinator.settings.general } },
        { await courier.run { await coordinator.settings.webhooks } },
        { await api.run(settings.general) },
        { await control.run() },
        { await agi.run(settings.general.agiBind) },
        { await live.run() },
        { await speech.run() },
      ]
    }
  }

  /// How long callers on the way back and conversations are waited for after SIGTERM.
  private static let drainLimit: Duration = .seconds(20)
  /// Enough for what each of many targets has lately been waited for.
  private static let waitsOfInterest = 500
  private static let conversationsOfInterest = 5_000
  private static let drainPace: Duration = .milliseconds(100)

  private let configuration: String
  private let supervisor: Supervisor
  private let log: Log

  package init(configuration: String, supervisor: Supervisor, log: Log) {
    self.configuration = configuration
    self.supervisor = supervisor
    self.log = log
  }

  package func run() async throws -> End {
    let settings = try Settings.load(configuration, from: .onDisk)
    log.minimum = settings.logLevel
    log.info("starting", ["version": Version.current, "conf": configuration, "targets": settings.targets.count])
    try FileSystem.makeFolder(settings.general.dataDirectory)
    return try await FolderLock.withLock(on: settings.general.dataDirectory) {
      try await AlarmClock.withAlarmClock(named: "alarms") { alarmClock in
        try await withSignals { signals in try await run(settings, alarmClock, signals) }
      }
    }
  }

  /// Until it is told to stop by a signal, or has lost the application.
  func run(_ settings: Settings, _ alarmClock: AlarmClock, _ signals: Signals) async throws -> End {
    let speech = try TransferSpeech.open(folder: settings.general.soundsDirectory, log: log)
    var toAsterisk = HTTPClient.Configuration()
    toAsterisk.tls = settings.ari.tls
    return try await HTTPClient.withClient(toAsterisk) { http in
      // Whoever is slow out there takes no connection from Asterisk.
      try await HTTPClient.withClient { web in
        try await JournalWriter.withWriter(on: settings.database, log: log) { journal in
          let main = PBX(.main, ARIClient(settings.ari, over: http), log: log)
          let pbxs = [main]
          let coordinator = CoordinatorRunner(
            pbxs,
            web: web,
            speech: speech,
            journal: journal,
            alarmClock: alarmClock,
            settings: settings,
            log: log
          )
          let (signIns, callTokens) = try await takeUp(settings, journal, coordinator, speech)
          return try await RecordReader.withReader(of: settings.database, beside: journal) { reader in
            let live = LiveView(coordinator, on: main.name) {
              await ServiceBackend.health(coordinator, main, reader)
            }
            // Looks at thousands of transfers, which webhooks and the API do not wait for.
            return try await RecordReader.withReader(of: settings.database, beside: journal, named: "reports") {
              reports in
              let control = ServiceBackend(
                coordinator: coordinator,
                pbx: main,
                history: PastTransfers(reader: reader),
                reports: Reports(reader: reports, journal: journal),
                journal: journal,
                signIns: signIns,
                callTokens: callTokens,
                log: log,
                live: live,
                speech: speech,
                playground: Playground(configuration: configuration)
              )
              let parts = Parts(
                coordinator: coordinator,
                pbxs: pbxs,
                retention: Retention(journal, log: log) { time in
                  try await main.client.purgeMessages(leftBefore: time, reader, journal)
                },
                accounts: Accounts(journal, reports, log: log),
                courier: WebhookSender(journal, reader, log: log),
                api: APIServer(control, coordinator, log: log),
                control: LocalControl(control, dataDirectory: settings.general.dataDirectory, log: log),
                agi: AGIServer(AGIScripts(control: control, log: log), log: log),
                live: live,
                speech: speech
              )
              return await serve(settings, parts, signals)
            }
          }
        }
      }
    }
  }

  /// What a service before this one has left behind.
  private func takeUp(
    _ settings: Settings,
    _ journal: JournalWriter,
    _ coordinator: CoordinatorRunner,
    _ speech: TransferSpeech
  ) async throws -> (SignIns, CallTokens) {
    if let damaged = journal.setAside {
      log.error("journal damaged, started a new one", ["old": damaged.path, "reason": damaged.reason])
    }
    let records = try settings.database.reader()
    let unfinished = try records.unfinished()
    for unreadable in unfinished.unreadable {
      log.error(
        "gave up an unreadable transfer in the journal",
        ["transfer": unreadable.id, "reason": unreadable.reason]
      )
      let outcome = Outcome(result: .returned, cause: .error, target: nil, wait: .zero)
      let told = settings.webhooks.filter { $0.events.contains(.ended) }.map(\.name)
      try await journal.writeOff(unreadable.id, outcome, at: SystemClock().wall, telling: told)
    }
    await speech.use(settings)
    await speech.takeUp(unfinished.transfers.map(\.request.id))
    let now = SystemClock().wall
    await coordinator.takeUp(
      unfinished.transfers,
      try records.recentWaits(limit: Self.waitsOfInterest),
      try records.conversations(endedSince: WrappingUp.start(at: now), limit: Self.conversationsOfInterest)
    )
    let signIns = try records.signIns(lastingBeyond: now, limit: SignIns.most)
    let callTokens = try records.callTokens(lastingBeyond: now, limit: CallTokens.most)
    return (SignIns(signIns, journal: journal), CallTokens(callTokens, journal: journal))
  }

  private func serve(_ settings: Settings, _ parts: Parts, _ signals: Signals) async -> End {
    await withTaskGroup(of: End?.self) { group in
      for work in parts.work(settings) {
        group.addTask {
          await work()
          return nil
        }
      }
      for link in parts.pbxs.map(\.link) {
        group.addTask {
          await link.run(parts.coordinator)
          return .replaced
        }
        group.addTask {
          // Who waits for Asterisk is up too: nobody who starts the service has to wait with it.
          for await status in link.statuses { await supervisor.notify(.ready, .status(status), log: log) }
          return nil
        }
      }
      group.addTask { await obey(signals, settings, parts.coordinator) }
      group.addTask {
        await keepPosted(parts.coordinator)
        return nil
      }
      let end = await group.first { $0 != nil } ?? nil
      group.cancelAll()
      return end ?? .drained
    }
  }

  private func obey(_ signals: Signals, _ settings: Settings, _ coordinator: CoordinatorRunner) async -> End {
    var current = settings
    for await signal in signals {
      switch signal {
      case .hangUp:
        await supervisor.notify(.reloading, log: log)
        current = await reload(current, coordinator)
        await supervisor.notify(.ready, log: log)
      case .terminate, .interrupt:
        await supervisor.notify(.stopping, .status("stopping, returning callers on hold to the dialplan"), log: log)
        await drain(coordinator)
        return .drained
      }
    }
    return .drained
  }

  /// The supervisor starts the service anew when the coordinator does not answer any more.
  private func keepPosted(_ coordinator: CoordinatorRunner) async {
    do {
      try await supervisor.keepPosted { _ = await coordinator.transfersUnderWay }
    } catch is CancellationError {
      // The service has ended.
    } catch {
      log.error("could not notify systemd that the service is alive", ["reason": "\(error)"])
    }
  }

  /// All of the new file or nothing of it.
  private func reload(_ current: Settings, _ coordinator: CoordinatorRunner) async -> Settings {
    do {
      let new = try Settings.load(configuration, from: .onDisk)
      log.minimum = new.logLevel
      await coordinator.use(new)
      log.info("settings reloaded", ["conf": configuration, "targets": new.targets.count])
      if new.ari != current.ari { log.warning("changes to app or the ari_ keys need a restart") }
      if new.general.listening != current.general.listening {
        log.warning("changes to http_bind, agi_bind or the http_tls_ keys need a restart")
      }
      return new
    } catch {
      for mistake in error.all {
        log.error("mistake in the conf file", ["at": mistake.location, "mistake": mistake.message])
      }
      log.error("settings not reloaded, keeping the old ones", ["mistakes": error.all.count])
      return current
    }
  }

  private func drain(_ coordinator: CoordinatorRunner) async {
    log.info("stopping, returning callers on hold to the dialplan")
    await coordinator.drain()
    let limit = ContinuousClock.now + Self.drainLimit
    while await coordinator.transfersUnderWay > 0, ContinuousClock.now < limit {
      do { try await Task.sleep(for: Self.drainPace) } catch { break }
    }
    let left = await coordinator.transfersUnderWay
    log.info("stopped", ["left": left])
  }
}

extension Settings {
  /// The one place that knows in which kind of database the records are.
  var database: any RecordDatabase { SQLiteDatabase(general.dataDirectory + "/journal.sqlite") }

  fileprivate var logLevel: Runtime.LogLevel { Runtime.LogLevel(rawValue: general.logLevel.rawValue) ?? .info }

  var ari: ARIConfiguration {
    ARIConfiguration(
      url: general.ariURL.description,
      username: general.ariUsername,
      password: general.ariPassword.exposed,
      application: general.app,
      tls: TLSConfiguration(caFile: general.ariCAFile.isEmpty ? nil : general.ariCAFile)
    )
  }
}

extension GeneralSettings {
  fileprivate var listening: [String] { [httpBind.description, httpCertificate, httpKey, agiBind?.description ?? ""] }
}
