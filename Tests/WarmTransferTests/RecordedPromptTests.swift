import Foundation
import Runtime
import Speech
import Testing
import Transfer

@testable import Transfer
@testable import WarmTransfer

/// What somebody hears where a text names prompts that the administrator has recorded.
@Suite struct RecordedPromptTests {
  private func prepare(
    _ source: String,
    _ values: [Template.Field: String] = [:],
    voice name: String = "en",
    isOwn: Bool = true
  ) async throws -> (SpokenMedia, spoken: [String]) {
    let folder = URL.temporaryDirectory.appending(path: "prompts-\(UUID().uuidString)")
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let log = Log(minimum: .warning) { Issue.record("logged: \($0)") }
    let said = Said()
    let speech = try TransferSpeech(
      folder: folder.path,
      log: log,
      engines: SpeechEngines(SpeechSynthesizer(), log: log)
    ) {
      [said] wording, _, files, name throws(SpokenFileError) in try await said.speak(wording.text, files, name)
    }
    var voice = Voice()
    voice.name = name
    let text = try Template(parsing: source).render(values)
    let transfer = try #require(TransferID("k1"))
    let event = await speech.prepare(.announcement, Wording(text), voice, for: transfer, isOwn: isOwn)
    guard case .speechReady(.announcement, let media) = event else { throw Unprepared(event: event) }
    return (media, await said.texts)
  }

  private struct Unprepared: Error { let event: TransferEvent }

  private actor Said {
    private(set) var texts: [String] = []

    func speak(_ text: String, _ files: SoundFiles, _ name: SoundName) throws(SpokenFileError) -> Duration {
      texts.append(text)
      let recording = Recording(samples: Array(repeating: 9_000, count: 22_050), rate: Recording.spokenRate)
      do { try files.write(recording, named: name) } catch { throw .file(error) }
      return recording.duration
    }
  }

  @Test func aPromptAloneIsNotSpoken() async throws {
    let (media, spoken) = try await prepare("sound:acme/one-moment", voice: "de+f3")
    #expect(media.sequence == .init(parts: [.recorded("acme/one-moment")], language: "de"))
    #expect(spoken == [])
  }

  @Test func promptsAndWordsFollowEachOther() async throws {
    let (media, spoken) = try await prepare(
      "sound:acme/call-from {caller_name} [sound:acme/about {topic}] sound:acme/bye",
      [.callerName: "Jane", .topic: "order 4711"],
      voice: "en-us"
    )
    #expect(
      media.sequence?.parts == [
        .recorded("acme/call-from"), .spoken("wt-k1-announcement-part-2"), .recorded("acme/about"),
        .spoken("wt-k1-announcement-part-4"), .recorded("acme/bye"),
      ]
    )
    #expect(media.sequence?.language == "en_US")
    #expect(spoken == ["Jane", "order four seven one one"])
    #expect(media.length > .seconds(2))
  }

  /// For every caller the same: kept.
  @Test func wordsOfFixedSentencesAreKept() async throws {
    let (media, _) = try await prepare("Hello. sound:acme/one-moment", isOwn: false)
    guard case .spoken(let file)? = media.sequence?.parts.first else {
      Issue.record("\(media)")
      return
    }
    #expect(file.hasPrefix("prompts/said-"))
  }

  @Test func withoutPromptsNothingChanges() async throws {
    let (media, spoken) = try await prepare("Hello {caller_name}", [.callerName: "sound:acme/x"])
    #expect(media == SpokenMedia(file: "wt-k1-announcement", length: .seconds(1)))
    #expect(spoken == ["Hello sound:acme/x"])
  }
}
