import ARI
import Runtime
import Settings
import Speech
import Store
import Transfer
import Transport

/// `warm-transfer doctor`: looks at all that a transfer needs, and changes nothing.
package enum Doctor {
  /// Long enough for a busy Asterisk; whoever waits for a firewall is told so soon.
  private static let patience: Duration = .seconds(4)

  package static func report(configuration: String) async throws -> DoctorReport {
    let settings = try Settings.load(configuration, from: .onDisk)
    var picture = Picture()
    picture.service = try await service(settings)
    picture.journal = journal(settings)
    picture.voices = await voices(settings)
    picture.engines = try await TestSentence.engines(of: settings)
    picture.servers = try await servers(settings)
    picture.asterisk = try await HTTPClient.withClient(connections(settings)) { http in
      do throws(ARIError) {
        var asterisk = try await AsteriskExamination.picture(of: settings, over: http)
        asterisk.emptyMusicFolders = emptyMusicFolders(asterisk, settings)
        return .answering(asterisk)
      } catch {
        return .away(error.kind, error.message)
      }
    }
    return DoctorReport(Findings.all(settings, configuration, picture))
  }

  static func connections(_ settings: Settings) -> HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration()
    configuration.tls = settings.ari.tls
    configuration.timeout = patience
    return configuration
  }

  private static func service(_ settings: Settings) async throws -> Picture.Service {
    do {
      let status = try await RunningService.with(dataDirectory: settings.general.dataDirectory) {
        try await $0.status()
      }
      return .running(troubles: status.isReady || !status.troubles.isEmpty ? status.troubles : ["not ready"])
    } catch let failure as RunningService.Failure {
      switch failure {
      case .notRunning: return .notRunning
      case .noAccess(let reason), .refused(let reason): return .hidden(reason)
      }
    }
  }

  private static func journal(_ settings: Settings) -> Answer<Bool> {
    do throws(JournalError) {
      _ = try settings.database.reader()
      return .known(true)
    } catch {
      return .unknown(error.message)
    }
  }

  /// Only of an Asterisk that has the same files as this program.
  private static func emptyMusicFolders(_ asterisk: AsteriskPicture, _ settings: Settings) -> [String: String] {
    let general = settings.general
    let isHere = ["127.0.0.1", "localhost", "::1"].contains(general.ariURL.host)
    guard isHere, general.soundsDirectory == general.soundsDirectoryInAsterisk else { return [:] }
    var empty: [String: String] = [:]
    for name in settings.musicClasses {
      guard let folder = asterisk.musicFolder(name) else { continue }
      do throws(FileError) {
        let isThere = try !FileSystem.glob(folder).isEmpty
        if isThere, try FileSystem.glob(folder + "/*").isEmpty { empty[name] = folder }
      } catch {
        continue  // Not ours to read: nothing is known of it.
      }
    }
    return empty
  }

  private static func voices(_ settings: Settings) async -> [String: Answer<Bool>] {
    let synthesizer = SpeechSynthesizer()
    var answers: [String: Answer<Bool>] = [:]
    for policy in settings.policies where answers[policy.voice.name] == nil {
      do throws(SpeechError) {
        try await synthesizer.check(policy.voice)
        answers[policy.voice.name] = .known(true)
      } catch {
        answers[policy.voice.name] = .unknown(error.description)
      }
    }
    return answers
  }

  /// Web servers that are asked or told, without a word about any call.
  private static func servers(_ settings: Settings) async throws -> [String: Answer<Int>] {
    let addresses =
      settings.webhooks.map(\.url) + settings.rules.compactMap { $0.dispatcher?.url }
      + [settings.summaryModel?.url].compactMap(\.self)
    var configuration = HTTPClient.Configuration()
    configuration.timeout = patience
    return try await HTTPClient.withClient(configuration) { http in
      await withTaskGroup(of: (String, Answer<Int>).self) { group in
        for address in Set(addresses) {
          group.addTask {
            do throws(HTTPError) {
              return (shown(address), .known(try await http.send(HTTPRequest(method: .head, url: address)).status))
            } catch {
              return (shown(address), .unknown(error.message))
            }
          }
        }
        return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
    }
  }

  /// What stands behind a question mark may be a secret.
  static func shown(_ address: String) -> String { String(address.prefix { $0 != "?" && $0 != "#" }) }
}
