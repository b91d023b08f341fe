import Transfer

/// The sound of endings that many texts have in common, as espeak-ng makes it: the level is that of the whole text.
///
/// Never of words of one call, for they stay as long as there is room.
struct SpokenEndings {
  struct Key: Hashable {
    let text: String
    let voice: Voice
  }

  /// 45 seconds of speech, which is 2 MB: eight voices and languages.
  static let roomInSamples = Recording.spokenRate * 45

  /// The least recently used first.
  private var kept: [(key: Key, samples: [Int16])] = []

  var sampleCount: Int { kept.reduce(0) { $0 + $1.samples.count } }

  /// With the pause in front that espeak-ng makes between two sentences.
  mutating func samples(
    of key: Key,
    make: () throws(SpeechError) -> [Int16]
  ) throws(SpeechError) -> [Int16] {
    let samples: [Int16]
    if let index = kept.firstIndex(where: { $0.key == key }) {
      samples = kept.remove(at: index).samples
    } else {
      samples = try make()
    }
    kept.append((key, samples))
    while sampleCount > Self.roomInSamples { kept.removeFirst() }
    return samples
  }
}
