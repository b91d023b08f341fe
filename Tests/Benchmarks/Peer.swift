import Foundation
import Lab
import Speech
import Transfer

/// `peer.py`, which stands beside the sources of this program, with the lab's PBX.
enum Peer {
  static let application = "peer"
  private static let briefing = "A call from Caller. Press 1 to take the call, 2 to decline, 3 to hear this again."

  static func with(_ lab: Lab, endpoint: String, _ body: (ChildProcess) async throws -> Void) async throws {
    guard let name = SoundName("peer-briefing") else { throw BenchmarkError(description: "no name for a sound") }
    let recording = try await SpeechSynthesizer().speak(SpokenText(.english).spoken(briefing), voice: Voice())
    try SoundFiles(folder: lab.soundsDirectory.path).write(recording, named: name)
    let output = lab.files.appendingPathComponent("peer.log")
    let peer = try ChildProcess(
      "/usr/bin/python3",
      [
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("peer.py").path,
        lab.ariURL, lab.ariUsername, lab.ariPassword, application, endpoint,
        "\(lab.soundsDirectoryInAsterisk)/\(name)",
      ],
      output: output.path
    )
    defer { kill(peer.id, SIGTERM) }
    while try !said(in: output).contains("ready") {
      guard peer.isRunning else { throw BenchmarkError(description: "peer.py: \(try said(in: output))") }
      try await Task.sleep(for: .milliseconds(20))
    }
    try await body(peer)
    let complaints = try said(in: output).replacing("ready\n", with: "")
    if !complaints.isEmpty { print("peer.py said:\n\(complaints)") }
  }

  private static func said(in file: URL) throws -> String {
    try String(decoding: Data(contentsOf: file), as: UTF8.self)
  }
}
