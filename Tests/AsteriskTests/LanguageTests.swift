import Foundation
import Lab
import Testing

/// Two who speak different languages, from what each of them heard.
@Suite(.lab, .serialized) struct LanguageTests {
  @Test func theCallerHearsGermanAndThePersonEnglish() async throws {
    try await Scene.with(
      .transfer(["comfort_interval": "5", "accept_timeout": "11"]),
      .person("lena", "listen-300", ["name": "Lena Meyer"])
    ) { scene in
      let call = try await scene.call("lena", ["WT_LANGUAGE": "de"])
      let phone = try await call.agent()
      try await call.back().recording.expectWords(
        "Ich versuche weiter, Lena Meyer zu erreichen.",
        by: "de",
        not: "I'm still trying to reach Lena Meyer.",
        by: "en"
      )
      try await phone.heard().expectWords(
        "Press 1 to take the call.",
        by: "en",
        not: "Drücken Sie 1, um den Anruf anzunehmen.",
        by: "de"
      )
    }
  }

  @Test func theCallerHearsTheLanguageOfTheConfAndThePersonTheirOwn() async throws {
    try await Scene.with(
      .transfer(["comfort_interval": "5", "accept_timeout": "11", "language": "es"]),
      .person("lena", "listen-300", ["name": "Lena Meyer", "language": "fr"])
    ) { scene in
      let call = try await scene.call("lena")
      let phone = try await call.agent()
      try await call.back().recording.expectWords(
        "Sigo intentando comunicarle con Lena Meyer.",
        by: "es",
        not: "J'essaie toujours de joindre Lena Meyer.",
        by: "fr"
      )
      try await phone.heard().expectWords(
        "Appuyez sur 1 pour prendre l'appel.",
        by: "fr",
        not: "Pulse 1 para aceptar la llamada.",
        by: "es"
      )
    }
  }
}

extension Recording {
  fileprivate func expectWords(_ words: String, by voice: String, not others: String, by otherVoice: String) throws {
    let rate = 160
    let likeness = sound.likeness(to: try .spoken(words, by: voice, wordsPerMinute: rate))
    let otherLikeness = sound.likeness(to: try .spoken(others, by: otherVoice, wordsPerMinute: rate))
    print("'\(words)' \(likeness), '\(others)' \(otherLikeness)")
    #expect(likeness > 0.8 && otherLikeness < 0.7, "'\(words)' \(likeness), '\(others)' \(otherLikeness)")
  }
}
