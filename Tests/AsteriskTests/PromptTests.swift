import Foundation
import Lab
import Testing

/// Recorded prompts among what is spoken, from what was heard.
@Suite(.lab, .serialized) struct PromptTests {
  /// Asterisk's own, in English.
  private static let english = "demo-thanks"

  /// One that is missing in the middle is left out.
  @Test func aRecordedPromptIsHeardAmongTheWords() async throws {
    let prompt = try Self.file("en_US_f_Allison/\(Self.english).wav")
    try await Scene.with(
      .transfer([
        "announcement": "sound:\(Self.english) We are calling {target}. sound:there/is-none Please wait a moment.",
        "accept_timeout": "11",
      ]),
      .person("lena", "listen-300", ["name": "Lena Meyer"])
    ) { scene in
      let heard = try await scene.call("lena").back().recording
      try Self.expect(heard, Wave.read(prompt), "the prompt")
      for words in ["We are calling Lena Meyer.", "Please wait a moment."] {
        try Self.expect(heard, .spoken(words, by: "en", wordsPerMinute: 160), words)
      }
    }
  }

  /// The caller's language has the prompt in a folder of its own.
  @Test func aRecordedPromptIsHeardInTheLanguageThatIsSpoken() async throws {
    let (name, words) = ("wt-lab-prompt", "Guten Tag, hier spricht die Firma Muster.")
    let folders = try ["de", "."].map { try Self.file($0) }
    try FileManager.default.createDirectory(at: folders[0], withIntermediateDirectories: true)
    defer {
      for folder in folders { unlink(folder.appending(path: name + ".wav").path) }
      rmdir(folders[0].path)
    }
    let (german, other) = (
      try Sound.spoken(words, by: "de", wordsPerMinute: 160),
      try Wave.read(Self.file("en_US_f_Allison/\(Self.english).wav"))
    )
    try Wave.write(german.atTelephoneRate, to: folders[0].appending(path: name + ".wav"))
    try Wave.write(other, to: folders[1].appending(path: name + ".wav"))
    try await Scene.with(
      .transfer(["announcement": "sound:\(name)", "accept_timeout": "11"]),
      .person("lena", "listen-300")
    ) { scene in
      let heard = try await scene.call("lena", ["WT_LANGUAGE": "de"]).back().recording
      try Self.expect(heard, german, "the German prompt")
    }
  }

  private static func file(_ name: String) throws -> URL {
    let directory = try Lab.current().pbx.directory.path
    let root = try #require(directory.components(separatedBy: "/srv/").first)
    return URL(filePath: "\(root)/usr/share/asterisk/sounds/\(name)")
  }

  private static func expect(_ heard: Recording, _ sound: Sound, _ what: String) throws {
    let likeness = heard.sound.likeness(to: sound)
    print("\(what): \(likeness)")
    #expect(likeness > 0.8, "\(what): \(likeness)\n\(heard.timeline.text)")
  }
}

extension Sound {
  /// 8,000 samples a second.
  fileprivate var atTelephoneRate: Sound {
    let step = Double(rate) / 8_000
    let count = Int(Double(samples.count) / step)
    return Sound(samples: (0..<count).map { samples[min(samples.count - 1, Int(Double($0) * step))] }, rate: 8_000)
  }
}
