import Testing
import Transfer

@testable import Speech

/// Where a caller stands in line is a number, not the digits of a name, whatever word stands before it.
@Suite(.serialized) struct SpokenPlaceTests {
  @Test(arguments: [
    ("en", "You are number @ in line.", "twelve"), ("de", "Sie sind Nummer @ in der Warteschlange.", "zwölf"),
    ("es", "Es usted el número @ de la fila.", "doce"), ("fr", "Vous êtes le numéro @ dans la file.", "douze"),
    ("pt", "É o número @ na fila.", "doze"), ("it", "Lei è il numero @ della fila.", "dodici"),
  ])
  func thePlaceIsANumber(_ language: String, _ sentence: String, _ word: String) async throws {
    var voice = Voice()
    voice.name = language
    let written = sentence.replacing("@", with: SpokenNumber.marked(12))
    let spoken = SpokenText.spoken(written, by: voice)
    #expect(spoken == sentence.replacing("@", with: "12"), "\(language): \(spoken)")
    let synthesizer = SpeechSynthesizer()
    let heard = try await synthesizer.phonemes(spoken, voice: voice).filter { !"ˈˌː_ ".contains($0) }
    let meant = try await synthesizer.phonemes(sentence.replacing("@", with: word), voice: voice)
    #expect(heard == meant.filter { !"ˈˌː_ ".contains($0) })
  }

  /// Without the mark it is the number of something.
  @Test func aNumberFromOutsideIsReadAsItIs() {
    var voice = Voice()
    voice.name = "en"
    #expect(SpokenText.spoken("order number 12", by: voice) == "order number one two")
  }
}
