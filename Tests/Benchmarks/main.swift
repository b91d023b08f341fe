import Foundation
import Lab
import Transport

let parts: KeyValuePairs<String, @Sendable () async throws -> Void> = [
  "pairs": { try await measured { try await Pairs(lab: $0, observer: $1, http: $2).run() } },
  "load": { try await measured { lab, observer, _ in try await Load(lab: lab, observer: observer).run() } },
  "waiting": { try await Waiting.run() },
  "detection": {
    try await Lab.with { lab in
      try await HTTPClient.withClient { http in try await Detection(lab, over: http).run() }
    }
  },
  "deadair": { try await Lab.with { try await DeadAir(lab: $0).run() } },
  "speech": { try await SpeechSpeed().run() },
  "journal": { try await JournalCost().run() }, "figures": { try FiguresSpeed().run() },
  "soak": { try await Lab.with { try await Soak(lab: $0).run() } },
]
/// They take too long to be run beside the others.
let onlyIfAskedFor: Set = ["soak"]

/// A fresh lab with an observer on its PBX.
@Sendable func measured(_ body: @Sendable (Lab, Observer, HTTPClient) async throws -> Void) async throws {
  try await Lab.with { lab in
    try await HTTPClient.withClient { http in
      try await Observer.with(lab, http) { observer in try await body(lab, observer, http) }
    }
  }
}

let wanted = CommandLine.arguments.dropFirst()
guard wanted.allSatisfy({ name in parts.contains { $0.key == name } }) else {
  print("usage: benchmarks [\(parts.map(\.key).joined(separator: "] ["))]")
  exit(64)
}
for (name, run) in parts where wanted.isEmpty ? !onlyIfAskedFor.contains(name) : wanted.contains(name) {
  try await run()
}
