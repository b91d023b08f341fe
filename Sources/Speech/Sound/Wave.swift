/// The canonical header of 44 bytes, for mono sound of 16 bits.
struct WaveHeader {
  let bytes: [UInt8]

  init(samples: Int, rate: Int) {
    let size = UInt32(clamping: samples * 2)
    bytes =
      Array("RIFF".utf8) + littleEndian(size + 36) + Array("WAVEfmt ".utf8) + littleEndian(UInt32(16))
      + littleEndian(UInt16(1)) + littleEndian(UInt16(1))
      + littleEndian(UInt32(clamping: rate)) + littleEndian(UInt32(clamping: rate * 2))
      + littleEndian(UInt16(2)) + littleEndian(UInt16(16))
      + Array("data".utf8) + littleEndian(size)
  }
}

extension Recording {
  /// A WAVE file. Asterisk's `.wav` and `.wav16` are both this, at 8 and 16 kHz.
  package func wave() -> [UInt8] {
    samples.withUnsafeBytes { sound in
      // Samples are little-endian on disk, as on every machine that this is built for.
      WaveHeader(samples: samples.count, rate: rate).bytes + Array(sound)
    }
  }
}

private func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
