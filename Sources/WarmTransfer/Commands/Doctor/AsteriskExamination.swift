import ARI
import Settings
import Speech
import Transfer
import Transport

/// Asks one Asterisk all that is to be known. Where it stops answering nothing more is asked.
struct AsteriskExamination {
  private static let questionsAtOnce = 12
  /// After that Asterisk ends a test channel by itself, whatever has become of this program.
  private static let longestTest = "60"
  private static let patience: Duration = .seconds(3)

  private struct Silence: Error, CustomStringConvertible {
    let description = "no event comes from Asterisk"
  }

  private let settings: Settings
  private let ari: ARIClient
  private let http: HTTPClient
  private var picture = AsteriskPicture()
  private var isSilent = false

  static func picture(
    of settings: Settings,
    over http: HTTPClient
  ) async throws(ARIError) -> AsteriskPicture {
    let ari = ARIClient(settings.ari, over: http)
    var examination = AsteriskExamination(settings: settings, ari: ari, http: http)
    examination.picture.version = try await ari.information().version
    await examination.askAround()
    await examination.tryOut()
    return examination.picture
  }

  private init(settings: Settings, ari: ARIClient, http: HTTPClient) {
    self.settings = settings
    self.ari = ari
    self.http = http
  }

  private mutating func ask<Value>(_ question: () async throws(ARIError) -> Value) async -> Answer<Value> {
    guard !isSilent else { return .unknown("Asterisk no longer answers") }
    do throws(ARIError) {
      return .known(try await question())
    } catch {
      if case .unanswered = error.kind { isSilent = true }
      return .unknown(error.description)
    }
  }

  private mutating func askAround() async {
    let (ari, app) = (ari, settings.general.app)
    picture.modules = await ask { () throws(ARIError) in try await ari.modules.running() }
    picture.hasApplication = await ask { () throws(ARIError) in try await ari.applications.isThere(app) }
    picture.dialplansApplication = await ask { () throws(ARIError) in try await ari.globalVariable("WT_APP") }
    for dialled in settings.targets.map(\.dialString) + settings.callbackPatterns.map(\.description) {
      switch DialledPlace(dialled) {
      case .endpoint(let technology, let name, _):
        await askForTechnology(technology)
        let endpoint = "\(technology)/\(name)"
        guard picture.endpoints[endpoint] == nil else { break }
        picture.endpoints[endpoint] = await ask { () throws(ARIError) in
          try await ari.endpoints.state(technology, name) ?? ""
        }
      case .other(let technology): await askForTechnology(technology)
      case .dialplan: break
      }
    }
    for target in settings.targets {
      for device in [DeviceState.device(of: target), DeviceState.sign(of: target.name)].compactMap(\.self) {
        picture.devices[device] = await ask { () throws(ARIError) in try await ari.deviceStates.get(device) }
      }
    }
  }

  private mutating func askForTechnology(_ name: String) async {
    guard picture.technologies[name] == nil else { return }
    let ari = ari
    picture.technologies[name] = await ask { () throws(ARIError) in try await ari.endpoints.hasTechnology(name) }
  }
}

// MARK: - What has to be tried

extension AsteriskExamination {
  /// On channels and bridges of its own, which are gone afterwards.
  private mutating func tryOut() async {
    guard !isSilent else { return }
    let settings = settings
    let modules = picture.modules.value ?? []
    let before = picture
    do {
      picture = try await DoctorConnection.with(ari.configuration, over: http) { connection in
        var picture = before
        picture.functions = await Self.functions(settings, modules, connection)
        await Self.hear(settings, modules, connection, &picture)
        return picture
      }
    } catch {
      picture.functions = .unknown("\(error)")
      picture.sound = .unknown("\(error)")
    }
  }

  /// Rings nobody: the channel is never dialled.
  private static func functions(
    _ settings: Settings,
    _ modules: Set<String>,
    _ connection: DoctorConnection
  ) async -> Answer<[String: String]> {
    let questions = FunctionQuestions.all(settings, modules)
    let channels = connection.ari.channels
    let channel = connection.name + "-channel"
    do throws(ARIError) {
      try await channels.create(channel, endpoint: "Local/s@\(connection.name)")
    } catch {
      return .unknown(error.description)
    }
    var answers: [String: String] = [:]
    var failure: (any Error)?
    do {
      let isThere = try await connection.events.wait(patience) { connection.events.hasEntered(channel) ? true : nil }
      guard isThere != nil else { throw Silence() }
      if modules.contains("func_timeout.so") {
        try await channels.set(AsteriskNames.deadMansSwitch, to: longestTest, on: channel)
      }
      for start in stride(from: 0, to: questions.count, by: questionsAtOnce) {
        let some = Array(questions[start...].prefix(questionsAtOnce))
        answers.merge(try await channels.variables(some, of: channel)) { first, _ in first }
      }
    } catch {
      failure = error
    }
    await tidy { () throws(ARIError) in try await channels.hangUp(channel) }
    return failure.map { .unknown("\($0)") } ?? .known(answers)
  }

  private static func hear(
    _ settings: Settings,
    _ modules: Set<String>,
    _ connection: DoctorConnection,
    _ picture: inout AsteriskPicture
  ) async {
    let bridge = connection.name + "-bridge"
    do throws(ARIError) {
      try await connection.ari.bridges.create(bridge, .proxied, name: connection.name)
      try await connection.ari.applications.subscribe(to: ["bridge:" + bridge])
      picture.sound = await play(settings.general, in: bridge, connection)
      for (number, prompt) in settings.recordedPrompts.prefix(mostPrompts).enumerated() {
        picture.prompts[prompt] = await begin(prompt, number, in: bridge, connection)
      }
      if modules.isSuperset(of: ["res_stasis_recording.so", "res_ari_recordings.so"]) {
        for name in settings.musicClasses.prefix(mostClasses) {
          picture.music[name] = await listen(to: name, in: bridge, connection)
        }
      }
    } catch {
      picture.sound = .unknown(error.description)
    }
    await tidy { () throws(ARIError) in try await connection.ari.bridges.destroy(bridge) }
  }

  private static let mostClasses = 10
  private static let mostPrompts = 50
  /// One that is not there fails at once.
  private static let beginning: Duration = .milliseconds(150)

  /// Whether it can be played is seen from its beginning.
  private static func begin(
    _ prompt: PromptInUse,
    _ number: Int,
    in bridge: String,
    _ connection: DoctorConnection
  ) async -> Answer<Bool> {
    let playback = "\(connection.name)-prompt-\(number)"
    do {
      let language = Voice.languageInAsterisk(prompt.language)
      try await connection.ari.bridges.play("sound:\(prompt.name)", to: bridge, as: playback, language: language)
      let end = try await connection.events.wait(beginning) { connection.events.end(ofPlayback: playback) }
      await tidy { () throws(ARIError) in try await connection.ari.playbacks.stop(playback) }
      return .known(end != "failed")
    } catch {
      return .unknown("\(error)")
    }
  }

  private static func play(
    _ general: GeneralSettings,
    in bridge: String,
    _ connection: DoctorConnection
  ) async -> Answer<AsteriskPicture.Sound> {
    let sound: TestSound
    do throws(TestSound.Failure) {
      sound = try await TestSound.write("Test.", as: connection.name, in: general.soundsDirectory)
    } catch {
      return .unknown(error.reason)
    }
    defer { sound.remove() }
    let playback = connection.name + "-playback"
    do {
      let media = sound.media(in: general.soundsDirectoryInAsterisk)
      try await connection.ari.bridges.play(media, to: bridge, as: playback)
      let limit = sound.length + .seconds(3)
      switch try await connection.events.wait(limit, for: { connection.events.end(ofPlayback: playback) }) {
      case nil: return .known(.endless)
      case "done": return .known(.played)
      case .some: return .known(.failed)
      }
    } catch {
      return .unknown("\(error)")
    }
  }

  /// The first second, and where that is silent some more: music may begin softly.
  private static func listen(
    to music: String,
    in bridge: String,
    _ connection: DoctorConnection
  ) async -> Answer<Int> {
    let bridges = connection.ari.bridges
    do {
      try await bridges.startMusic(bridge, class: music)
      var peak = 0
      for length in [Duration.seconds(1), .seconds(3)] where peak == 0 {
        peak = try await loudest(during: length, in: bridge, connection)
      }
      await tidy { () throws(ARIError) in try await bridges.stopMusic(bridge) }
      return .known(peak)
    } catch {
      await tidy { () throws(ARIError) in try await bridges.stopMusic(bridge) }
      if (error as? ARIError)?.kind == .refused(status: 500) {
        return .unknown("Asterisk cannot record without a folder 'recording' in its spool")
      }
      return .unknown("\(error)")
    }
  }

  private static func loudest(during length: Duration, in bridge: String, _ connection: DoctorConnection) async throws
    -> Int
  {
    let recordings = connection.ari.recordings
    let name = connection.name
    let before = connection.events.recordingsEnded
    try await connection.ari.bridges.record(bridge, as: name, limit: .seconds(10))
    try await Task.sleep(for: length)
    try await recordings.stop(name)
    let isWhole = try await connection.events.wait(patience) { connection.events.recordingsEnded > before ? true : nil }
    guard isWhole != nil else { throw Silence() }
    let sound = try await recordings.file(name)
    await tidy { () throws(ARIError) in try await recordings.delete(name) }
    return WaveSamples(sound).peak
  }

  /// What is gone by itself needs no taking away.
  private static func tidy(_ step: () async throws(ARIError) -> Void) async {
    do throws(ARIError) {
      try await step()
    } catch {
      // The time limit that was set on the channel, or the end of the connection, does it.
    }
  }
}

/// The sound of a WAVE file of 16 bits.
struct WaveSamples {
  private static let header = 44

  /// Of 32,767; 0 where there is no sound at all.
  let peak: Int

  init(_ file: [UInt8]) {
    let bytes = file.dropFirst(Self.header)
    peak = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).reduce(0) { loudest, index in
      let sample = Int16(truncatingIfNeeded: Int(bytes[index]) | Int(bytes[index + 1]) << 8)
      return max(loudest, Int(sample.magnitude))
    }
  }
}
