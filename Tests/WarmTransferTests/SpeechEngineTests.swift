import Foundation
import Runtime
import Settings
import Speech
import Synchronization
import TestSupport
import Testing
import Transfer

@testable import WarmTransfer

/// Engines that are slow, dead, huge, silent, or wrong in rate and channels: espeak-ng's sound is there at once, and theirs
/// takes its place when it is fit and in time.
@Suite(.timeLimit(.minutes(2))) struct SpeechEngineTests {
  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  /// A service's speech, and what engines find in its folder.
  private struct Stage {
    let speech: TransferSpeech
    let folder: URL
    let lines: Lines

    static let briefing = SpeechID.briefing(LegID(1))

    var voice: Voice {
      var voice = Voice()
      voice.engine = "clara"
      return voice
    }

    func prepare(_ text: String, _ speech: SpeechID = briefing, isOwn: Bool = true, of transfer: String = "k1")
      async throws -> SpokenMedia
    {
      let id = try #require(TransferID(transfer))
      let event = await self.speech.prepare(speech, Wording(text), voice, for: id, isOwn: isOwn)
      guard case .speechReady(_, let media) = event else { throw Unspoken(event: event) }
      return media
    }

    func complete(_ speech: SpeechID = briefing, of transfer: String = "k1") async throws {
      await self.speech.complete(speech, for: try #require(TransferID(transfer)))
    }

    func sound(_ file: String) throws -> Data { try Data(contentsOf: folder.appending(path: "sounds/\(file).wav16")) }

    func files(_ media: SpokenMedia) -> [String] {
      media.sequence?.parts.compactMap { if case .spoken(let file) = $0 { file } else { nil } } ?? [media.file]
    }

    /// The engine that waits for this file goes on.
    func letGo() throws { try Data().write(to: folder.appending(path: "CALLS")) }

    var calls: Int {
      get throws {
        try String(contentsOf: folder.appending(path: "CALLS"), encoding: .utf8).split(separator: "\n").count
      }
    }

    var told: String {
      do { return try String(contentsOf: folder.appending(path: "TEXT"), encoding: .utf8) } catch { return "" }
    }

    /// Which of the parts are an engine's.
    func voiced(_ media: SpokenMedia) throws -> [Bool] { try files(media).map { try sound($0).isTone } }
  }

  private struct Unspoken: Error { let event: TransferEvent }

  /// `SOUND` is a file of the double's, `TEXT` one for what it is told, `CALLS` one with a line for each call.
  private func with(
    _ source: String,
    timeout: Duration = .seconds(10),
    rate: Int = 24_000,
    channels: Int = 1,
    run: Bool = false,
    _ body: (Stage) async throws -> Void
  ) async throws {
    let folder = URL.temporaryDirectory.appending(path: "engines-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    try Data(Self.tone(rate, channels)).write(to: folder.appending(path: "SOUND"))
    let script = source.replacing(/SOUND|TEXT|CALLS/) { "\(folder.path)/\($0.output)" }
    let engine = SpeechEngine(
      name: "clara",
      source: .command("/bin/sh", ["-c", script]),
      language: nil,
      standIn: nil,
      timeout: timeout
    )
    try await body(try await Self.stage(folder, engine))
  }

  private static func stage(_ folder: URL, _ engine: SpeechEngine) async throws -> Stage {
    let lines = Lines()
    let log = Log(minimum: .warning) { lines.add($0) }
    let speech = try TransferSpeech.open(folder: folder.appending(path: "sounds").path, log: log)
    await speech.engines.use([engine])
    return Stage(speech: speech, folder: folder, lines: lines)
  }

  /// Two seconds of a tone in bursts: nothing that espeak-ng says is like it.
  private static func tone(_ rate: Int, _ channels: Int) -> [UInt8] {
    let samples = (0..<2 * rate * channels).map { index -> Int16 in
      let time = Double(index / channels) / Double(rate)
      return time.truncatingRemainder(dividingBy: 0.4) < 0.3 ? Int16(9_000 * sin(2 * Double.pi * 500 * time)) : 0
    }
    var wave = Recording(samples: samples, rate: rate).wave()
    wave[22] = UInt8(channels)
    return wave
  }

  private static let text = "Call from Anna Meyer, about billing. She wants to know what the last invoice is about."

  @Test(arguments: [(24_000, 1), (44_100, 2), (8_000, 1), (48_000, 2)])
  func itsSoundTakesThePlaceSentenceBySentence(_ rate: Int, _ channels: Int) async throws {
    try await with("cat >>TEXT; cat SOUND", rate: rate, channels: channels) { stage in
      let media = try await stage.prepare(Self.text)
      #expect(try stage.voiced(media) == [false, false])
      try await stage.complete()
      #expect(try stage.voiced(media) == [true, true])
      #expect(stage.lines.all == [])
      let told = try String(contentsOf: stage.folder.appending(path: "TEXT"), encoding: .utf8)
      #expect(told == Self.text.replacing(". She", with: ".\nShe") + "\n")
      // Nothing of it stays.
      await stage.speech.discard(try #require(TransferID("k1")))
      let left = try FileManager.default.contentsOfDirectory(atPath: stage.folder.path + "/sounds")
      #expect(left.filter { $0.contains(".wav") } == [])
    }
  }

  @Test(arguments: [
    ("exit 1", "exit status 1"), ("kill -9 $$", "killed by signal 9"), ("sleep 60", "took longer than"),
    ("cat /dev/zero", "wrote more than"), ("echo nonsense", "no WAVE file"), ("true", "no WAVE file"),
    ("head -c 44 SOUND; head -c 90000 /dev/zero", "silence"), ("head -c 9000 SOUND", "too short for the text"),
  ])
  func espeakStaysWhereItFails(_ script: String, _ reason: String) async throws {
    try await with(script, timeout: .seconds(1)) { stage in
      let media = try await stage.prepare(Self.text)
      let before = try stage.files(media).map(stage.sound)
      try await stage.complete()
      #expect(try stage.files(media).map(stage.sound) == before)
      #expect(stage.lines.all.count == 1)
      #expect(stage.lines.all[0].contains("voice engine failed, espeak-ng speaks voice=clara"))
      #expect(stage.lines.all[0].contains(reason), "\(stage.lines.all)")
    }
  }

  /// A slow engine delays nothing, and nobody hears two voices in one text.
  @Test func whatComesTooLateIsNotHeard() async throws {
    try await with("while [ ! -e CALLS ]; do sleep 0.02; done; cat SOUND") { stage in
      let media = try await stage.prepare(Self.text)
      let transfer = try #require(TransferID("k1"))
      async let completion: Void = stage.complete()
      stage.speech.note([.play(media, to: .leg(LegID(1)), as: .briefing(LegID(1), hearing: 1))], of: transfer)
      try stage.letGo()
      try await completion
      #expect(try stage.voiced(media) == [false, false])
      #expect(stage.lines.all.count == 1 && stage.lines.all[0].contains("voice engine late"), "\(stage.lines.all)")
    }
  }

  /// Its first sentence is there when somebody answers: the later ones follow while that one is heard.
  @Test func laterSentencesAreMadeWhileTheFirstIsHeard() async throws {
    try await with("grep -q Anna || { while [ ! -e CALLS ]; do sleep 0.02; done; }; cat SOUND") { stage in
      let media = try await stage.prepare(Self.text)
      async let completion: Void = stage.complete()
      try await until { try stage.voiced(media) == [true, false] }
      let transfer = try #require(TransferID("k1"))
      stage.speech.note([.play(media, to: .leg(LegID(1)), as: .briefing(LegID(1), hearing: 1))], of: transfer)
      try stage.letGo()
      try await completion
      #expect(try stage.voiced(media) == [true, true])
      #expect(stage.lines.all == [])
    }
  }

  /// Several phones are rung for one caller, and they share the files.
  @Test func theSameTextIsAskedForOnceForSeveralPhones() async throws {
    try await with("cat >/dev/null; echo x >>CALLS; cat SOUND") { stage in
      let media = try await stage.prepare(Self.text)
      let other = try await stage.prepare(Self.text, .briefing(LegID(2)))
      #expect(stage.files(media) == stage.files(other))
      try await stage.complete()
      try await stage.complete(.briefing(LegID(2)))
      #expect(try stage.calls == 2)
    }
  }

  /// A summary has come in the meantime: what the engine makes of the older text is for nobody.
  @Test func aTextThatHasBeenReplacedStaysSo() async throws {
    try await with("cat >>TEXT; while [ ! -e CALLS ]; do sleep 0.02; done; cat SOUND") { stage in
      _ = try await stage.prepare("Call from Anna Meyer, about billing.")
      async let completion: Void = stage.complete()
      try await until { stage.told.contains("Anna") }
      let media = try await stage.prepare("Call from Bert Miller, about returns.")
      let before = try stage.sound(media.file)
      try stage.letGo()
      try await completion
      #expect(try stage.sound(media.file) == before)
    }
  }

  @Test func whatIsSaidToManyIsMadeOnceAndKept() async throws {
    try await with("cat >/dev/null; echo x >>CALLS; cat SOUND") { stage in
      let first = try await stage.prepare("Thank you for waiting so long.", .comfort, isOwn: false)
      #expect(try !stage.sound(first.file).isTone)
      try await stage.complete(.comfort)
      let second = try await stage.prepare("Thank you for waiting so long.", .comfort, isOwn: false, of: "k2")
      #expect(try stage.sound(second.file).isTone)
      #expect(second.file != first.file)
      // Also by the next run of the service, and not after the engine has become another.
      let engine = { (script: String) in
        SpeechEngine(
          name: "clara",
          source: .command("/bin/sh", ["-c", script]),
          language: nil,
          standIn: nil,
          timeout: .seconds(5)
        )
      }
      let same = try await Self.stage(
        stage.folder,
        engine("cat >/dev/null; echo x >>\(stage.folder.path)/CALLS; cat \(stage.folder.path)/SOUND")
      )
      #expect(try await same.prepare("Thank you for waiting so long.", .comfort, isOwn: false).file == second.file)
      let another = try await Self.stage(stage.folder, engine("exit 1"))
      #expect(try await another.prepare("Thank you for waiting so long.", .comfort, isOwn: false).file == first.file)
      #expect(try stage.calls == 1)
    }
  }

  /// A caller hears music meanwhile, but not for long.
  @Test(arguments: [("cat SOUND", true), ("sleep 60", false), ("exit 1", false)])
  func anAnnouncementWaitsALittle(_ script: String, _ isVoiced: Bool) async throws {
    for isOwn in [true, false] {
      try await with(script, timeout: .seconds(60)) { stage in
        let begin = ContinuousClock.now
        let media = try await stage.prepare("I am connecting you with Anna.", .announcement, isOwn: isOwn)
        #expect(.now - begin < .seconds(40))
        #expect(try stage.voiced(media) == [isVoiced])
      }
    }
  }

  @Test func oneThatFailsAgainAndAgainIsLeftAlone() async throws {
    try await with("echo x >>CALLS; exit 1") { stage in
      for number in 1...6 {
        _ = try await stage.prepare("Text number \(number).", of: "k\(number)")
        try await stage.complete(of: "k\(number)")
      }
      #expect(try stage.calls == 3)
    }
  }

  @Test func textFromOutsideIsOnlyEverItsInput() async throws {
    try await with("cat >>TEXT; cat SOUND") { stage in
      let text = "--output_file /tmp/x $(touch CALLS) `id` <speak>now</speak> [[f00]]."
      _ = try await stage.prepare(text)
      try await stage.complete()
      let told = try String(contentsOf: stage.folder.appending(path: "TEXT"), encoding: .utf8)
      #expect(told.hasPrefix("--output_file"))
      #expect(!FileManager.default.fileExists(atPath: stage.folder.path + "/CALLS"))
    }
  }

  @Test(arguments: SpeechEngine.Request.allCases)
  func aServerIsAskedForAWave(_ request: SpeechEngine.Request) async throws {
    let asked = Mutex<[ServerRequest]>([])
    try await LoopbackServer.run { connection in
      while true {
        let request = try connection.readRequest()
        asked.withLock { $0.append(request) }
        let wave = Self.tone(24_000, 1)
        try connection.write("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\nContent-Length: \(wave.count)\r\n\r\n")
        try connection.write(wave)
      }
    } _: { server in
      let folder = URL.temporaryDirectory.appending(path: "engines-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
      let engine = SpeechEngine(
        name: "clara",
        source: .server(
          url: server.url("http", "/v1/audio/speech"),
          request,
          model: "m",
          speaker: "s",
          key: Secret("k")
        ),
        language: nil,
        standIn: nil,
        timeout: .seconds(5)
      )
      let stage = try await Self.stage(folder, engine)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await stage.speech.run() }
        let media = try await stage.prepare("She wants a \"refund\".")
        try await until {
          _ = try await stage.prepare("She wants a \"refund\".")
          try await stage.complete()
          return try stage.voiced(media) == [true]
        }
        group.cancelAll()
      }
      let first = try #require(asked.withLock { $0.first })
      #expect(first.headers["authorization"] == "Bearer k" && first.path == "/v1/audio/speech")
      let body = String(decoding: first.body, as: UTF8.self)
      switch request {
      case .text: #expect(body == "She wants a \"refund\".")
      case .openai:
        let sent = try JSONDecoder().decode([String: String].self, from: Data(first.body))
        #expect(sent == ["model": "m", "voice": "s", "input": "She wants a \"refund\".", "response_format": "wav"])
      }
    }
  }

  /// From [transfer] and the languages, before anybody calls.
  @Test func whatIsSaidToManyIsMadeAheadOfTheFirstCall() async throws {
    try await with("cat >>TEXT; cat SOUND") { stage in
      let conf = """
        [general]
        ari_password = x
        [transfer]
        voice = clara
        comfort_message = Thank you for waiting for {target}.
        [clara]
        type = voice
        command = /bin/sh -c "cat >>\(stage.folder.path)/TEXT\\; cat \(stage.folder.path)/SOUND"
        language = en
        [alice]
        type = target
        dial = PJSIP/alice
        """
      let settings = try Settings.load("/x", from: ConfFiles(read: { _, _ in Array(conf.utf8) }, expand: { _ in [] }))
      #expect(settings.transfer.voice.engine == "clara" && settings.transfer.voice.name == "en")
      await stage.speech.use(settings)
      try await withThrowingTaskGroup { group in
        group.addTask { await stage.speech.run() }
        try await until {
          stage.told.contains("Press 1 to") && stage.told.contains("Thank you for waiting for alice.")
        }
        group.cancelAll()
      }
      // No word of a call, and no other language.
      #expect(!stage.told.contains("{") && !stage.told.contains("Danke"))
    }
  }
}

extension Data {
  /// The double's tone: what is heard of it changes its sign a thousand times a second.
  fileprivate var isTone: Bool {
    let samples = dropFirst(44).withUnsafeBytes { Array($0.bindMemory(to: Int16.self)) }.filter { $0.magnitude > 100 }
    let changes = zip(samples, samples.dropFirst()).filter { ($0 < 0) != ($1 < 0) }.count
    return (950...1_150).contains(Double(changes) / Double(Swift.max(1, samples.count)) * 16_000)
  }
}
