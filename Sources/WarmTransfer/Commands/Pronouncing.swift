import Settings
import Speech
import Transfer

/// What `warm-transfer pronounce` is asked: how a text would be said.
package struct Pronouncing: Equatable, Sendable {
  var text: String
  var voice: String
  /// Nil: without the words of a conf file.
  var configuration: String?

  package func lines() async throws -> [String] {
    let pronunciations = try configuration.map { try Settings.load($0, from: .onDisk).pronunciations } ?? .init()
    var voice = Voice()
    voice.name = self.voice
    let said = SpokenText(by: voice, pronunciations).spoken(text)
    let phonemes = try await SpeechSynthesizer().phonemes(said, voice: voice)
    return ["says      \(said)", "phonemes  \(phonemes)"]
  }
}

extension CommandTable {
  static let pronounce = CommandDescription(
    name: "pronounce",
    operands: [.init(name: "TEXT")],
    options: [
      .init(name: "--voice", value: "NAME", summary: "an espeak-ng voice, such as de; default en"),
      .init(
        name: "--config",
        value: "FILE",
        summary: "with the words of this conf file's pronunciations",
        takes: .file
      ),
    ],
    summary: "show how a voice says TEXT",
    details: [
      "Prints the words that the voice is given for numbers, dates, money and abbreviations, and the sounds that it makes of "
        + "them, in the signs of the International Phonetic Alphabet."
    ]
  )
}

extension GivenWords {
  var pronouncing: Pronouncing {
    Pronouncing(
      text: operands.first ?? "",
      voice: value(of: "--voice") ?? Voice().name,
      configuration: value(of: "--config")
    )
  }
}
