package import Settings
import Speech
import Transfer

/// `warm-transfer simulate`: one made-up call through these settings.
package enum Simulation {
  package static func report(
    on call: SimulatedCall,
    _ settings: Settings,
    limits: SimulationLimits = .init()
  ) async throws -> SimulationReport {
    let synthesizer = SpeechSynthesizer()
    return try await report(on: call, settings, limits: limits) { wording, voice throws(SpeechError) in
      try await synthesizer.speak(SpokenText(by: voice, settings.pronunciations).spoken(wording), voice: voice)
    }
  }

  static func report(
    on call: SimulatedCall,
    _ settings: Settings,
    limits: SimulationLimits,
    speak: @escaping SimulationRun.Speaking
  ) async throws -> SimulationReport {
    let route = try RouteReport(call.question, settings)
    let wall = try call.question.moment(in: settings)
    let now = Moment(steady: wall, wall: wall)
    var run = try SimulationRun(call, settings, at: now, limits: limits, speak: speak)
    var report = try await run.run()
    report.route = route.lines
    return report
  }
}
