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
  /// What espeak-ng's data are made for: every voice of it speaks at this rate.
  package static let spokenRate = 22_050

  /// The narrow one is made of the wide one: halving a rate costs a third of what 441 to 160 does.
  package func resampled(to target: TelephoneRate) throws(SpeechError) -> Recording {
    switch (rate, target) {
    case (target.rawValue, _): self
    case (Self.spokenRate, .wide):
      Recording(samples: PolyphaseFilter.wideFromSpoken.convert(samples), rate: target.rawValue)
    case (TelephoneRate.wide.rawValue, .narrow):
      Recording(samples: PolyphaseFilter.narrowFromWide.convert(samples), rate: target.rawValue)
    case (_, .narrow): try atWideRate().resampled(to: .narrow)
    case (_, .wide): try atWideRate()
    }
  }

  func atWideRate() throws(SpeechError) -> Recording {
    let wide = TelephoneRate.wide.rawValue
    if rate == Self.spokenRate || rate == wide { return try resampled(to: .wide) }
    guard let filter = PolyphaseFilter(from: rate, to: wide) else {
      throw SpeechError(.resamplingFailed, "cannot resample from \(rate) samples a second")
    }
    return Recording(samples: filter.convert(samples), rate: wide)
  }
}
