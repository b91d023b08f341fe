import Runtime
import Settings
import Speech
import Synchronization
import Transfer
import Transport

/// The speech engines of the conf file. Each is asked for one sentence at a time, and for few at once; one that fails again
/// and again is left alone for a while.
actor SpeechEngines {
  private struct State {
    var running = 0
    var waiting: [CheckedContinuation<Void, Never>] = []
    var failures = 0
    var rests: ContinuousClock.Instant?
  }

  private static let mostWaiting = 50
  private static let failuresAllowed = 3
  private static let rest: Duration = .seconds(20)

  private let synthesizer: SpeechSynthesizer
  private let log: Log
  private var engines: [String: SpeechEngine] = [:]
  private var states: [String: State] = [:]
  private var http: HTTPClient?

  /// Enough for a sentence of half a minute.
  static var connections: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.maxConnections = 12
    return configuration
  }

  init(_ synthesizer: SpeechSynthesizer, log: Log) {
    (self.synthesizer, self.log) = (synthesizer, log)
  }

  func use(_ engines: [SpeechEngine]) {
    self.engines = Dictionary(engines.map { ($0.name, $0) }) { first, _ in first }
    for name in states.keys where self.engines[name] == nil { states[name]?.failures = 0 }
  }

  /// Of its own: an engine that is slow takes no connection from anybody else.
  func use(_ http: HTTPClient?) { self.http = http }

  /// Of the engine that speaks for this voice; nil where that is espeak-ng.
  func maker(for voice: Voice) -> String? { engine(for: voice)?.maker }

  private func engine(for voice: Voice) -> SpeechEngine? {
    guard let engine = voice.engine.flatMap({ engines[$0] }) else { return nil }
    guard let own = engine.language else { return engine }
    return voice.language.map(own.includes) == true ? engine : nil
  }

  /// Into the file of that name, in place of what is there. `patience` is less than the engine's own time limit where
  /// somebody waits.
  func speak(
    _ wording: Wording,
    _ voice: Voice,
    into files: SoundFiles,
    as name: SoundName,
    patience: Duration? = nil
  ) async throws(SpokenFileError) -> Duration {
    guard let engine = engine(for: voice) else {
      throw .speech(SpeechError(.engineFailed, "the conf file has no such engine any more"))
    }
    try await begin(engine, isUrgent: patience != nil)
    defer { end(engine) }
    let begin = ContinuousClock.now
    do throws(SpokenFileError) {
      let wave = try await wave(
        of: wording.text,
        voice,
        engine,
        within: min(patience ?? engine.timeout, engine.timeout)
      )
      let length = try await synthesizer.take(wave, of: wording, voice, into: files, as: name)
      states[engine.name]?.failures = 0
      log.debug("voice engine", ["voice": engine.name, "ms": (ContinuousClock.now - begin).milliseconds])
      return length
    } catch {
      if !error.isOfTheService { failed(engine, error) }
      throw error
    }
  }

  /// Whether its sound is fit, and after how long. Nothing of it is kept.
  func timeToSay(_ text: String, _ voice: Voice) async throws(SpokenFileError) -> Duration {
    guard let engine = engine(for: voice) else { return .zero }
    let begin = ContinuousClock.now
    let wave = try await wave(of: text, voice, engine, within: engine.timeout)
    do { _ = try Recording(of: text, fromWave: wave, volume: 100) } catch { throw .speech(error) }
    return .now - begin
  }

  private func wave(
    of text: String,
    _ voice: Voice,
    _ engine: SpeechEngine,
    within limit: Duration
  ) async throws(SpokenFileError) -> [UInt8] {
    do throws(SpeechError) {
      switch engine.source {
      case .command(let program, let arguments):
        return try await EngineCommand(program, arguments, limit).wave(of: text, voice)
      case .server(let url, let request, let model, let speaker, let key):
        guard let http else { throw SpeechError(.engineBusy, "the service is starting or stopping") }
        let server = EngineServer(url: url, request: request, model: model, speaker: speaker, key: key)
        return try await server.wave(of: text, voice, within: limit, over: http)
      }
    } catch {
      throw .speech(error)
    }
  }

  // MARK: Few at once

  private func begin(_ engine: SpeechEngine, isUrgent: Bool) async throws(SpokenFileError) {
    var state = states[engine.name] ?? State()
    if let rests = state.rests, rests > .now {
      throw .speech(SpeechError(.engineBusy, "it has failed \(state.failures) times in a row and is left alone"))
    }
    guard state.running >= engine.mostAtOnce else {
      state.running += 1
      states[engine.name] = state
      return
    }
    guard !isUrgent, state.waiting.count < Self.mostWaiting else {
      throw .speech(SpeechError(.engineBusy, "too many texts at once"))
    }
    // Whoever ends passes its place on.
    await withCheckedContinuation { states[engine.name]?.waiting.append($0) }
  }

  private func end(_ engine: SpeechEngine) {
    guard var state = states[engine.name] else { return }
    if state.waiting.isEmpty { state.running -= 1 } else { state.waiting.removeFirst().resume() }
    states[engine.name] = state
  }

  private func failed(_ engine: SpeechEngine, _ error: SpokenFileError) {
    states[engine.name, default: State()].failures += 1
    let failures = states[engine.name]?.failures ?? 0
    log.warning("voice engine failed, espeak-ng speaks", ["voice": engine.name, "reason": error])
    if failures >= Self.failuresAllowed { states[engine.name]?.rests = .now + Self.rest }
  }
}

extension SpeechEngine {
  /// A program takes this machine's processor, a server takes its own.
  fileprivate var mostAtOnce: Int { if case .command = source { 2 } else { 6 } }

  /// What is made again when it changes.
  var maker: String {
    switch source {
    case .command(let program, let arguments): ([program] + arguments).joined(separator: "\u{0}")
    case .server(let url, let request, let model, let speaker, _):
      [url, request.rawValue, model, speaker].joined(separator: "\u{0}")
    }
  }
}

/// A program that reads a text and writes a WAVE file.
private struct EngineCommand {
  /// Of address space: models are mapped as a whole.
  private static let memory = 8 * 1_024 * 1_024 * 1_024

  private let program: String
  private let arguments: [String]
  private let limit: Duration

  init(_ program: String, _ arguments: [String], _ limit: Duration) {
    (self.program, self.arguments, self.limit) = (program, arguments, limit)
  }

  func wave(of text: String, _ voice: Voice) async throws(SpeechError) -> [UInt8] {
    let child = LimitedProcess(
      program,
      arguments,
      environment: [
        "LC_ALL=C.UTF-8", "PATH=/usr/local/bin:/usr/bin:/bin", "SPEECH_RATE=\(voice.wordsPerMinute)",
        "SPEECH_LANGUAGE=\(voice.language?.description ?? "")",
      ],
      limits: .init(time: limit, output: Recording.longestWave, memory: Self.memory, niceness: 10)
    )
    do throws(LimitedProcess.Failure) {
      return try await child.output(of: Array((text + "\n").utf8))
    } catch {
      throw SpeechError(.engineFailed, error.description)
    }
  }
}

/// A web server that answers a text with a WAVE file.
private struct EngineServer {
  let url: String
  let request: SpeechEngine.Request
  let model: String
  let speaker: String
  let key: Secret

  func wave(
    of text: String,
    _ voice: Voice,
    within limit: Duration,
    over http: HTTPClient
  ) async throws(SpeechError) -> [UInt8] {
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try await http.send(question(text, voice, limit))
    } catch {
      throw SpeechError(.engineFailed, error.description)
    }
    guard response.isSuccess else { throw SpeechError(.engineFailed, "HTTP \(response.status)") }
    return response.body
  }

  private func question(_ text: String, _ voice: Voice, _ limit: Duration) -> HTTPRequest {
    let secret = key.exposed
    let authorization = secret.isEmpty ? [] : [("Authorization", "Bearer \(secret)")]
    let (type, body) =
      switch request {
      case .text: ("text/plain; charset=utf-8", text)
      case .openai: ("application/json", json(text, voice).serialized())
      }
    return HTTPRequest(
      method: .post,
      url: url,
      headers: [("Content-Type", type), ("Accept", "audio/wav")] + authorization,
      body: Array(body.utf8),
      timeout: limit
    )
  }

  private func json(_ text: String, _ voice: Voice) -> JSON {
    var members: [String: JSON] = [
      "model": .string(model), "voice": .string(speaker), "input": .string(text), "response_format": "wav",
    ]
    let usual = Voice().wordsPerMinute
    // As OpenAI has it, from 0.25 to 4.
    if voice.wordsPerMinute != usual { members["speed"] = .real(Double(voice.wordsPerMinute) / Double(usual)) }
    return .object(members)
  }
}

extension SpokenFileError {
  /// The engine has not even been asked.
  fileprivate var isOfTheService: Bool {
    if case .speech(let error) = self { error.kind == .engineBusy } else { true }
  }
}
