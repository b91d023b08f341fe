import Foundation
import Synchronization
import Testing
import Transfer

@testable import Speech

/// A folder that goes when the test does.
private final class Folder: Sendable {
  let path = FileManager.default.temporaryDirectory.appending(path: "speech-\(UUID().uuidString)").path()

  deinit {
    guard FileManager.default.fileExists(atPath: path) else { return }
    do { try FileManager.default.removeItem(atPath: path) } catch { Issue.record(error) }
  }

  func list() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

  func permissions(_ file: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path + file)[.posixPermissions] as? Int
  }
}

private let beep = Recording(samples: Array(repeating: 1_000, count: 2_205), rate: 22_050)

@Suite struct SoundFilesTests {
  private let folder = Folder()

  private func name(_ text: String) throws -> SoundName { try #require(SoundName(text)) }

  @Test(arguments: ["", "..", "a/b", "A", "a.wav", "a b", "ä", "a\n", "a\u{0}", String(repeating: "a", count: 101)])
  func textFromOutsideIsNoName(_ text: String) { #expect(SoundName(text) == nil) }

  @Test func bothFormatsAreWritten() throws {
    let files = try SoundFiles(folder: folder.path)
    let name = try name("brief-1")
    try files.write(beep, named: name)
    #expect(try folder.list() == ["brief-1.wav", "brief-1.wav16"])
    #expect(try folder.permissions("") == 0o750)
    #expect(try folder.permissions("/brief-1.wav16") == 0o640)
    let narrow = try #require(FileManager.default.contents(atPath: files.path(of: name) + ".wav"))
    #expect(try Array(narrow) == beep.resampled(to: .wide).resampled(to: .narrow).wave())
    #expect(files.contains(name))
    try files.remove(named: name)
    try files.remove(named: name)
    #expect(try folder.list().isEmpty)
  }

  @Test func sweepingLeavesWhatIsKeptOrForeign() throws {
    let files = try SoundFiles(folder: folder.path)
    for text in ["one", "two"] { try files.write(beep, named: name(text)) }
    for file in ["three.wav.part", "README.txt", "Foreign.wav"] {
      #expect(FileManager.default.createFile(atPath: folder.path + "/" + file, contents: Data()))
    }
    try files.sweep(keeping: [name("two")])
    #expect(try folder.list() == ["Foreign.wav", "README.txt", "two.wav", "two.wav16"])
  }

  @Test func aFolderUnderAFileIsAnError() throws {
    _ = try SoundFiles(folder: folder.path)
    let file = folder.path + "/file"
    #expect(FileManager.default.createFile(atPath: file, contents: Data()))
    for bad in [file, file + "/sounds"] {
      let error = #expect(throws: SoundFileError.self) { try SoundFiles(folder: bad) }
      #expect(error?.kind == .folder && error?.errno == ENOTDIR)
    }
  }

  @Test func aFailedWriteLeavesNothing() throws {
    let files = try SoundFiles(folder: folder.path)
    try FileManager.default.createDirectory(atPath: folder.path + "/x.wav16", withIntermediateDirectories: false)
    let error = #expect(throws: SoundFileError.self) { try files.write(beep, named: name("x")) }
    #expect(error?.kind == .write && error?.errno == EISDIR)
    #expect(try folder.list() == ["x.wav16"])
  }

  @Test func aFullDiskIsAnError() throws {
    let files = try SoundFiles(folder: folder.path)
    // Whatever is written to /dev/full fails as it does on a full disk.
    let bytes = beep.wave()
    #expect(files.failureOfWriting(bytes, to: "/dev/full") == ENOSPC)
  }
}

@Suite struct PromptCacheTests {
  private let folder = Folder()

  private final class Speaker: Sendable {
    let spoken = Mutex<[String]>([])
    let failures = Atomic<Int>(0)

    func speak(
      _ wording: Wording,
      _ voice: Voice,
      _ files: SoundFiles,
      _ name: SoundName
    ) async throws(SpokenFileError) -> Duration {
      spoken.withLock { $0.append(wording.text) }
      await Task.yield()
      guard failures.load(ordering: .relaxed) == 0 else {
        failures.subtract(1, ordering: .relaxed)
        throw .speech(SpeechError(.synthesisFailed, "as asked"))
      }
      do { try files.write(beep, named: name) } catch { throw .file(error) }
      return beep.duration
    }

    var texts: [String] { spoken.withLock { $0 } }
  }

  private let speaker = Speaker()
  private let failures = Failures()

  private final class Failures: Sendable {
    let all = Mutex<[SoundFileError]>([])
  }

  private func cache(capacity: Int = 10) throws -> PromptCache {
    try PromptCache(files: try SoundFiles(folder: folder.path), capacity: capacity) { [failures] failure in
      failures.all.withLock { $0.append(failure) }
    }
  }

  private func lease(
    _ text: String,
    from cache: PromptCache,
    voice: Voice = Voice()
  ) async throws(SpokenFileError) -> PromptCache.Lease {
    try await cache.lease(text, voice: voice) {
      [speaker] wording, voice, files, name throws(SpokenFileError) in
      try await speaker.speak(wording, voice, files, name)
    }
  }

  private func exists(_ lease: PromptCache.Lease) -> Bool {
    FileManager.default.fileExists(atPath: lease.path + ".wav")
  }

  @Test func manyAskersMakeItOnce() async throws {
    let cache = try cache()
    try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await lease("hi", from: cache).path } }
      let paths = try await group.reduce(into: Set<String>()) { $0.insert($1) }
      #expect(paths.count == 1)
    }
    #expect(speaker.texts == ["hi"])
  }

  @Test func aVoiceIsPartOfTheKey() async throws {
    let cache = try cache()
    var loud = Voice()
    loud.volume = 50
    let paths = [try await lease("hi", from: cache).path, try await lease("hi", from: cache, voice: loud).path]
    #expect(Set(paths).count == 2)
  }

  @Test func aFailureIsTriedAgainByTheNext() async throws {
    let cache = try cache()
    speaker.failures.store(1, ordering: .relaxed)
    await #expect(throws: SpokenFileError.speech(SpeechError(.synthesisFailed, "as asked"))) {
      try await lease("hi", from: cache)
    }
    _ = try await lease("hi", from: cache)
    #expect(speaker.texts == ["hi", "hi"])
  }

  @Test func aRestartFindsThePrompts() async throws {
    _ = try await lease("hi", from: cache())
    let restarted = try cache()
    _ = try await lease("hi", from: restarted)
    #expect(speaker.texts == ["hi"])
    #expect(await restarted.names.count == 1)
  }

  @Test(arguments: [Data(), Data("RIFF".utf8), Data(repeating: 0, count: 4_000)])
  func aBrokenFileIsMadeAgain(_ contents: Data) async throws {
    let cache = try cache()
    let made = try await lease("hi", from: cache)
    #expect(FileManager.default.createFile(atPath: made.path + ".wav16", contents: contents))
    _ = try await lease("hi", from: cache)
    #expect(speaker.texts.count == 2)
  }

  @Test func theLeastRecentlyUsedGoesButNeverALeasedOne() async throws {
    let cache = try cache(capacity: 2)
    let held = try await lease("held", from: cache)
    var others: [PromptCache.Lease] = []
    for text in ["a", "b", "c"] {
      let lease = try await self.lease(text, from: cache)
      await cache.release(lease)
      others.append(lease)
    }
    #expect(exists(held) && others.map(exists) == [false, false, true])
    await cache.release(held)
    for text in ["c", "d"] { await cache.release(try await lease(text, from: cache)) }
    #expect(!exists(held) && exists(others[2]))
  }

  /// A prompt that cannot be removed is told, and taken up again with the next.
  @Test func whatCannotBeRemovedIsTold() async throws {
    let cache = try cache(capacity: 1)
    let old = try await lease("old", from: cache)
    await cache.release(old)
    try FileManager.default.removeItem(atPath: old.path + ".wav")
    try FileManager.default.createDirectory(atPath: old.path + ".wav", withIntermediateDirectories: false)
    await cache.release(try await lease("new", from: cache))
    #expect(failures.all.withLock { $0.map(\.kind) }.contains(.remove))
    try FileManager.default.removeItem(atPath: old.path + ".wav")
    await cache.release(try await lease("newer", from: cache))
    #expect(await cache.names.count == 1)
  }

  /// Refusals and other words to one caller were among them.
  @Test func whatAnEarlierVersionHasKeptIsRemoved() async throws {
    let files = try SoundFiles(folder: folder.path)
    try files.write(beep, named: try #require(SoundName("prompt-1a2b-3c4d")))
    let kept = try await lease("hi", from: cache())
    #expect(try folder.list().map { $0.hasPrefix("said-") } == [true, true] && exists(kept))
  }
}
