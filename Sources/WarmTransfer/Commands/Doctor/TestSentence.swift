import Runtime
import Settings
import Speech
import Transfer
import Transport

/// A sentence that each speech engine is asked for, and that nobody hears.
enum TestSentence {
  private static let text = "This sentence is a test of the voice."
  /// The first sentence of a briefing is then ready before a person can reach the phone.
  static let comfortable: Duration = .seconds(3)

  static func engines(of settings: Settings) async throws -> [String: Answer<Duration>] {
    guard !settings.engines.isEmpty else { return [:] }
    return try await HTTPClient.withClient(SpeechEngines.connections) { http in
      let engines = SpeechEngines(SpeechSynthesizer(), log: Log(minimum: .error) { _ in })
      await engines.use(settings.engines)
      await engines.use(http)
      var answers: [String: Answer<Duration>] = [:]
      for engine in settings.engines {
        var voice = Voice()
        (voice.engine, voice.name) = (engine.name, engine.standIn ?? engine.language?.description ?? voice.name)
        do throws(SpokenFileError) {
          answers[engine.name] = .known(try await engines.timeToSay(text, voice))
        } catch {
          answers[engine.name] = .unknown(error.description)
        }
      }
      return answers
    }
  }
}
