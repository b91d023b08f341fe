internal import CSpeexDSP

/// The rates that Asterisk has a WAVE format for.
package enum TelephoneRate: Int, CaseIterable, Sendable {
  case narrow = 8_000
  case wide = 16_000

  /// The ending by which Asterisk knows the format.
  var fileExtension: String {
    switch self {
    case .narrow: "wav"
    case .wide: "wav16"
    }
  }
}

extension Recording {
  package func resampled(to target: TelephoneRate) throws(SpeechError) -> Recording {
    guard rate != target.rawValue, !samples.isEmpty else { return Recording(samples: samples, rate: target.rawValue) }
    let resampler = try Resampler(from: rate, to: target.rawValue)
    return Recording(samples: try resampler.convert(samples), rate: target.rawValue)
  }
}

private struct Resampler: ~Copyable {
  /// Of 0 to 10. To 8 kHz this leaves 3.3 kHz whole and 4.4 kHz at -86 dB; 8 is no better for a telephone, and takes
  /// two and a half times as long.
  private static let quality: Int32 = 4

  private let state: OpaquePointer
  private let source: Int
  private let target: Int

  init(from source: Int, to target: Int) throws(SpeechError) {
    guard let from = UInt32(exactly: source), from > 0, let to = UInt32(exactly: target) else {
      throw SpeechError(.resamplingFailed, "cannot resample from \(source) samples a second")
    }
    var status: Int32 = 0
    guard let state = speex_resampler_init(1, from, to, Self.quality, &status) else {
      throw SpeechError(.resamplingFailed, "no resampler", status: Int(status))
    }
    self.state = state
    self.source = source
    self.target = target
    // The filter's own delay would otherwise be silence in front.
    speex_resampler_skip_zeros(state)
  }

  deinit { speex_resampler_destroy(state) }

  func convert(_ samples: [Int16]) throws(SpeechError) -> [Int16] {
    let wanted = (samples.count * target + source / 2) / source
    let flush = Int(speex_resampler_get_input_latency(state)) + 1
    let input = samples + Array(repeating: 0, count: flush)
    var output = [Int16](repeating: 0, count: wanted)
    var read = UInt32(input.count)
    var written = UInt32(output.count)
    let status = speex_resampler_process_int(state, 0, input, &read, &output, &written)
    guard status == 0, Int(written) == wanted else {
      throw SpeechError(.resamplingFailed, "\(written) of \(wanted) samples resampled", status: Int(status))
    }
    return output
  }
}
