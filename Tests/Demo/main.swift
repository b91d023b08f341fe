import Foundation
import Lab

/// Runs one warm transfer between two Asterisks and prints it as it happens.
let usage = "usage: demo [--recordings DIR]\n\nDIR gets what the caller and the agent heard, two WAVE files.\n"

func recordingsFolder(_ words: [String]) -> URL? {
  switch (words.count, words.first) {
  case (0, _):
    let name = "warm-transfer-demo-\(UUID().uuidString.prefix(8).lowercased())"
    return FileManager.default.temporaryDirectory.appendingPathComponent(name)
  case (2, "--recordings"): return URL(fileURLWithPath: words[1])
  default: return nil
  }
}

func keep(_ recording: Recording, as name: String, in folder: URL) throws {
  let file = folder.appendingPathComponent(name)
  if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
  try FileManager.default.copyItem(at: recording.file, to: file)
  print("  \(file.path)")
}

func run(recordings folder: URL) async throws -> Bool {
  print("Starting two Asterisks: the PBX, and the world outside with the caller and the agent's phone.")
  fflush(nil)
  return try await Lab.with { lab in
    print("The briefing will be:\n  \(Story.briefingText)\n")
    let ending = try await Story.play(in: lab)
    print("\nWhat the recordings and the log say:")
    let verdict = Verdict(ending)
    verdict.printLines()
    print("\nTo listen to (the voices of the two are tones, the music is a chord):")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try keep(ending.caller.heard, as: "caller-heard.wav", in: folder)
    try keep(ending.agent.heard, as: "agent-heard.wav", in: folder)
    return verdict.isGood
  }
}

guard let folder = recordingsFolder(Array(CommandLine.arguments.dropFirst())) else {
  print(usage, terminator: "")
  exit(64)
}
do {
  exit(try await run(recordings: folder) ? 0 : 1)
} catch {
  print("\nThe demo failed: \(error)")
  exit(1)
}
