import Transfer

/// A voice's name as espeak-ng takes it: `en`, `en-us`, `de+f3`. Checked before the library sees it, which would
/// otherwise open a file of that name.
struct VoiceName: Equatable, CustomStringConvertible {
  let base: String
  let variant: String?

  init(_ name: String) throws(SpeechError) {
    let parts = name.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    guard name.utf8.count <= 60, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Self.allowed) }) else {
      throw SpeechError(.unknownVoice, "a voice is written like 'en', 'en-us' or 'de+f3'")
    }
    base = String(parts[0])
    variant = parts.count == 2 ? String(parts[1]) : nil
  }

  var description: String { variant.map { base + "+" + $0 } ?? base }

  private static func allowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}

/// `; near names: …`, or nothing when no name is near.
func suggestion(near name: String, among names: [String]) -> String {
  let lowered = name.lowercased()
  let near = Set(names).map { (name: $0, distance: editDistance(lowered, $0.lowercased())) }
    .filter { $0.distance <= 2 || $0.name.lowercased().hasPrefix(lowered.prefix(2)) }
    .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    .prefix(5)
  return near.isEmpty ? "" : "; near names: " + near.map(\.name).joined(separator: ", ")
}
