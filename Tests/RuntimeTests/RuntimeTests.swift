import Foundation
import Synchronization
import Testing

@testable import Runtime

@Suite struct BackoffTests {
  @Test func doublesUpToTheCapAndStartsAgain() {
    var backoff = Backoff(first: .milliseconds(100), cap: .milliseconds(500))
    #expect((1...4).map { _ in backoff.next(jitter: 0) } == [50, 100, 200, 250].map(Duration.milliseconds))
    backoff.reset()
    #expect(backoff.next(jitter: 0.5) == .milliseconds(75))
  }

  @Test(arguments: [0, 0.25, 0.999])
  func staysInItsBounds(_ jitter: Double) {
    var backoff = Backoff(first: .seconds(1), cap: .seconds(30))
    for _ in 1...100 {
      let delay = backoff.next(jitter: jitter)
      #expect(delay >= .milliseconds(500) && delay < .seconds(30))
    }
  }
}

/// The threads of this process, as Linux lists them.
private enum Threads {
  /// glibc's, which Swift's module of it leaves out.
  private typealias ThreadKill = @convention(c) (pid_t, pid_t, CInt) -> CInt

  static func send(_ signal: Signal, to thread: pid_t) throws {
    let symbol = try #require(dlsym(dlopen(nil, RTLD_NOW), "tgkill"))
    #expect(unsafeBitCast(symbol, to: ThreadKill.self)(getpid(), thread, signal.number) == 0)
  }

  static func named(_ name: String) throws -> pid_t? {
    for entry in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task") {
      // A thread may end while we look.
      guard let data = FileManager.default.contents(atPath: "/proc/self/task/\(entry)/comm") else { continue }
      if String(decoding: data, as: UTF8.self) == name + "\n" { return pid_t(entry) }
    }
    return nil
  }
}

@Suite struct SignalsTests {
  /// Sent to the thread that waits for them: other threads of the test's process do not block them and would die.
  @Test func signalsArriveInTheirOrder() async throws {
    let received = try await withSignals { signals in
      var received: [Signal] = []
      var iterator = signals.makeAsyncIterator()
      for signal in [Signal.hangUp, .hangUp, .terminate, .interrupt] {
        var thread: pid_t?
        while thread == nil { thread = try Threads.named("signals") }
        try Threads.send(signal, to: #require(thread))
        received.append(try #require(await iterator.next()))
      }
      return received
    }
    #expect(received == [Signal.hangUp, .hangUp, .terminate, .interrupt])
  }
}

@Suite struct FileSystemTests {
  private func withFolder<R>(_ body: (String) throws -> R) throws -> R {
    let folder = URL.temporaryDirectory.appending(path: "files-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
    return try body(folder)
  }

  @Test(arguments: [0, 1, 65_536, 100_000])
  func filesAreReadUpToTheLimit(_ size: Int) throws {
    try withFolder { folder in
      let path = folder + "/file"
      try Data(repeating: 65, count: size).write(to: URL(filePath: path))
      #expect(try FileSystem.read(path, limit: size).count == size)
      #expect(try FileSystem.readText(path, limit: 200_000) == String(repeating: "A", count: size))
      guard size > 0 else { return }
      let error = #expect(throws: FileError.self) { try FileSystem.read(path, limit: size - 1) }
      #expect(error?.reason == .tooLarge(limit: size - 1))
    }
  }

  @Test func failuresSayWhatTheSystemSays() throws {
    let missing = #expect(throws: FileError.self) { try FileSystem.read("/nowhere/at/all", limit: 1) }
    #expect(missing?.description == "/nowhere/at/all: No such file or directory")
    let folder = #expect(throws: FileError.self) { try FileSystem.read("/", limit: 1) }
    #expect(folder?.reason == .system(code: EISDIR))
  }

  @Test func bytesThatAreNoText() throws {
    try withFolder { folder in
      let path = folder + "/file"
      try Data([0xff, 0xfe]).write(to: URL(filePath: path))
      #expect(#expect(throws: FileError.self) { try FileSystem.readText(path, limit: 9) }?.reason == .notText)
    }
  }

  @Test func patterns() throws {
    try withFolder { folder in
      for name in ["b.conf", "a.conf", "c.txt"] { try Data().write(to: URL(filePath: "\(folder)/\(name)")) }
      #expect(try FileSystem.glob(folder + "/*.conf") == ["\(folder)/a.conf", "\(folder)/b.conf"])
      #expect(try FileSystem.glob(folder + "/*.none") == [])
    }
  }
}

@Suite struct SemaphoreTests {
  @Test func eachSignalLetsOneThrough() {
    let semaphore = Semaphore(value: 1)
    semaphore.wait()
    #expect(!semaphore.wait(atMost: .zero))
    semaphore.signal()
    semaphore.signal()
    #expect(semaphore.wait(atMost: .zero))
    #expect(semaphore.wait(atMost: .seconds(60)))
    #expect(!semaphore.wait(atMost: .milliseconds(1)))
  }

  @Test func aSignalEndsTheWait() throws {
    let (here, there) = (Semaphore(), Semaphore())
    try NamedThread.start("test") {
      there.wait()
      here.signal()
    }
    let start = ContinuousClock.now
    there.signal()
    #expect(here.wait(atMost: .seconds(600)))
    #expect(.now - start < .seconds(60))
  }
}
