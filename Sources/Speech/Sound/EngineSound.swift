internal import Transfer

/// What another engine has made of a text, before anybody hears it.
extension Recording {
  /// A word takes so long at least, and at most, in whatever voice.
  private static let wordLengths = 0.1...1.0
  private static let longestPauses = 3.0
  /// Louder than the noise of an engine by itself, and quieter than speech.
  private static let loudestNoise = 330.0
  private static let noiseFrame: Duration = .milliseconds(10)

  /// A WAVE file as everybody hears it, if it can be this text at all: some engines answer with silence, or go on for
  /// minutes.
  package init(of text: String, fromWave bytes: [UInt8], volume: Int) throws(SpeechError) {
    let wide = try Recording(readingWave: bytes).atWideRate()
    guard wide.loudness * Self.largestGain >= Self.speechLevel * 0.8 else { throw .noSound("silence") }
    let speech = wide.levelled(volume: 100)
    let finished = speech.finished(above: speech.noise)
    let words = max(1, SpokenLength.inWords(text))
    let seconds = Double(finished.samples.count) / Double(finished.rate)
    guard seconds >= words * Self.wordLengths.lowerBound else { throw .noSound("too short for the text") }
    guard seconds <= words * Self.wordLengths.upperBound + Self.longestPauses else {
      throw .noSound("too long for the text")
    }
    self = finished.turned(to: volume)
  }

  /// The peak of what is heard in the quietest tenth of it.
  private var noise: UInt16 {
    let length = max(1, rate * Int(Self.noiseFrame.milliseconds) / 1_000)
    let peaks = stride(from: 0, to: samples.count, by: length).map { start in
      samples[start..<min(start + length, samples.count)].reduce(into: UInt16(0)) { $0 = max($0, $1.magnitude) }
    }
    let quiet = peaks.sorted().dropLast(peaks.count * 9 / 10).last ?? 0
    return UInt16(min(Double(quiet) * 1.5, Self.loudestNoise))
  }
}
