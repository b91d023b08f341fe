import Foundation

/// What a person or a machine says on picking up: spoken when the lab starts, played by the far end.
struct Greeting {
  enum Part {
    case words(String, voice: String)
    case pause(seconds: Double)
    case tone([Double], seconds: Double)
  }

  let name: String
  let parts: [Part]

  init(_ name: String, _ parts: Part...) { (self.name, self.parts) = (name, parts) }

  static let all = [
    Greeting("hello", .words("Hello?", voice: "en-us")),
    Greeting("company", .words("Acme support, John speaking, how can I help you?", voice: "en")),
    Greeting(
      "reception",
      .words("Good morning, Miller and Sons, Anna speaking. What can I do for you today?", voice: "en+f2")
    ),
    Greeting(
      "chatty",
      .words("Oh, hello there.", voice: "en+f3"),
      .pause(seconds: 0.7),
      .words("Yes, this is Maria. Who is calling, please?", voice: "en+f3")
    ),
    Greeting(
      "voicemail",
      .pause(seconds: 0.3),
      .words("Hi, you have reached the voicemail of Peter Miller.", voice: "en-us"),
      .words("I can't take your call right now, please leave a message after the tone.", voice: "en-us"),
      .pause(seconds: 0.3),
      .tone([1400], seconds: 0.5)
    ),
    Greeting(
      "carrier",
      .pause(seconds: 0.4),
      .words("The person you are trying to reach is not available.", voice: "en+f2"),
      .words("At the tone, please record your message.", voice: "en+f2"),
      .words("When you have finished recording, you may hang up, or press 1 for more options.", voice: "en+f2"),
      .pause(seconds: 0.3),
      .tone([1200], seconds: 0.4)
    ),
    Greeting("music", .tone([392, 494, 587], seconds: 20)),
  ]

  /// espeak-ng speaks at 22.05 kHz, a rate that Asterisk has no format for. Played at 24 kHz a voice is a little higher
  /// and faster, within what people are.
  private static let rate = 24_000

  static func speakAll(into folder: URL) throws {
    for (name, raw) in try spoken.get() { try raw.write(to: folder.appendingPathComponent(name + ".sln24")) }
  }

  /// Once for all labs of a process: it takes longer than an Asterisk to start.
  private static let spoken = Result {
    try FileManager.default.withTemporaryFolder { folder in
      try all.map { greeting in
        let samples = try greeting.parts.flatMap { try sound(of: $0, in: folder) }
        return (name: greeting.name, raw: samples.withUnsafeBytes { Data($0) })
      }
    }
  }

  private static func sound(of part: Part, in folder: URL) throws -> [Int16] {
    switch part {
    case .words(let text, let voice): try speak(text, voice, in: folder)
    case .pause(let seconds): [Int16](repeating: 0, count: Int(seconds * Double(rate)))
    case .tone(let frequencies, let seconds):
      Tones.chord(frequencies, seconds: seconds, level: 9000, rate: rate).samples
    }
  }

  private static func speak(_ text: String, _ voice: String, in folder: URL) throws -> [Int16] {
    try Sound.spoken(text, by: voice, wordsPerMinute: 150, in: folder).samples
  }
}
