import Foundation
import Lab
import Synchronization
import TestSupport
import Testing

/// Hold music from a stream, by the shipped script: from what the caller heard. A double of ffmpeg hands the sound on.
@Suite(.lab, .serialized) struct HoldMusicTests {
  /// As the script calls it: what comes over HTTP, or what lies in a file.
  private static let player = """
    #!/bin/bash
    while [ "$1" != -i ]; do shift; done
    case "$2" in
    http://*)
      exec 3<>/dev/tcp/127.0.0.1/${2##*:} || exit 1
      head -c 1600 <&3 >/tmp/stream.$$
      [ -s /tmp/stream.$$ ] || { rm /tmp/stream.$$; exit 1; }
      cat /tmp/stream.$$; rm /tmp/stream.$$; exec cat <&3 ;;
    *) exec cat "$2" ;;
    esac
    """

  private static func tone(_ frequencies: [Double], seconds: Int) -> [UInt8] {
    (0..<8_000 * seconds).flatMap { index -> [UInt8] in
      let sum = frequencies.map { sin(2 * Double.pi * $0 * Double(index) / 8_000) }.reduce(0, +)
      return withUnsafeBytes(of: Int16(6_000 * sum / Double(frequencies.count)).littleEndian) { Array($0) }
    }
  }

  @Test func aStreamIsHeardAndFilesWhileItIsDown() async throws {
    let lab = try Lab.current()
    let isUp = Atomic(true)
    // As quick as it is heard, and half a second ahead.
    let stream = Self.tone([600], seconds: 1)
    try await LoopbackServer.run { connection in
      guard isUp.load(ordering: .relaxed) else { return }
      try connection.write(Array(stream.prefix(8_000)))
      while isUp.load(ordering: .relaxed) {
        try connection.write(Array(stream.prefix(1_600)))
        usleep(95_000)
      }
    } _: { server in
      let folder = lab.pbx.directory.appending(path: "stream")
      try FileManager.default.createDirectory(at: folder.appending(path: "files"), withIntermediateDirectories: true)
      try write(Data(Self.player.utf8), folder.appending(path: "ffmpeg"), mode: 0o755)
      try write(try Data(contentsOf: Self.script), folder.appending(path: "hold-music-stream"), mode: 0o755)
      try write(Data(Self.tone([440, 554], seconds: 2)), folder.appending(path: "files/one.slin"), mode: 0o644)
      let inAsterisk = lab.pbx.directoryInAsterisk + "/stream"
      let music = """

        [stream]
        mode = custom
        application = /usr/bin/env PATH=\(inAsterisk):/usr/bin:/bin \(inAsterisk)/hold-music-stream http://127.0.0.1:\(server.port) \(inAsterisk)/files
        """
      let conf = lab.pbx.directory.appending(path: "etc/musiconhold.conf")
      let before = try String(contentsOf: conf, encoding: .utf8)
      try (before + music).write(to: conf, atomically: true, encoding: .utf8)
      _ = try await lab.pbx.command("moh reload")
      try await hear(lab, isUp)
      try before.write(to: conf, atomically: true, encoding: .utf8)
      _ = try await lab.pbx.command("moh reload")
      try FileManager.default.removeItem(at: folder)
    }
  }

  private static let script = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../asterisk-conf/hold-music-stream").standardizedFileURL

  private func write(_ data: Data, _ file: URL, mode: Int) throws {
    try data.write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
  }

  private func hear(_ lab: Lab, _ isUp: borrowing Atomic<Bool>) async throws {
    let scene = try await Scene.start([
      .transfer(["hold_music": "stream", "ring_timeout": "8"]), .person("lena", "noanswer"),
    ])
    let found = try ServiceProcess.ask(["doctor"], with: scene.service.configuration).lines
    #expect(found.contains { $0.contains("ok") && $0.contains("class 'stream' is heard") }, "\(found)")
    let call = try await scene.call("lena")
    try await Task.sleep(for: .seconds(3))
    isUp.store(false, ordering: .relaxed)
    let heard = try await call.back().recording
    let timeline = heard.timeline.text
    print(timeline)
    let kinds = heard.story
    let streamed = try #require(kinds.firstIndex(of: .agentTone), "\(timeline)")
    #expect(kinds[streamed...].contains(.music), "\(timeline)")
    let end = heard.sound.first(.other, after: .seconds(3))?.start
    let silence = heard.sound.longestSilence(from: heard.sound.firstSound() ?? .zero, to: end)
    #expect(silence <= .milliseconds(400), "\(timeline)")
    #expect(try await scene.leftovers() == [])
    try await scene.service.stop()
  }
}
