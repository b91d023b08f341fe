/// Any WAVE file that an engine may answer with: whole numbers of 8, 16, 24 or 32 bits or fractions of 32, one channel or
/// several, at any rate that can be converted.
extension Recording {
  /// More is no sentence.
  package static let longestWave = 32 * 1_024 * 1_024

  package init(readingWave bytes: [UInt8]) throws(SpeechError) {
    guard bytes.count <= Self.longestWave else { throw .noSound("more than \(Self.longestWave) bytes") }
    guard bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WAVE".utf8)) else {
      throw .noSound("no WAVE file")
    }
    var format: WaveFormat?
    var start = 12
    while start + 8 <= bytes.count {
      let name = bytes[start..<start + 4]
      let length = Int(littleEndian: bytes[start + 4..<start + 8])
      let content = bytes[(start + 8)...].prefix(length)
      if name.elementsEqual("fmt ".utf8) { format = try WaveFormat(content) }
      if name.elementsEqual("data".utf8) {
        guard let format else { throw .noSound("a WAVE file without its format") }
        self.init(samples: format.samples(of: content), rate: format.rate)
        return
      }
      // Who writes to a pipe does not know how long it will be, and writes a length that is none: that is the last part.
      start += 8 + min(length + length % 2, bytes.count)
    }
    throw .noSound("a WAVE file without sound")
  }
}

extension SpeechError {
  static func noSound(_ reason: String) -> SpeechError { SpeechError(.unusableSound, reason) }
}

private struct WaveFormat {
  private enum Sample {
    case whole(bytes: Int)
    case fraction
  }

  let rate: Int
  private let channels: Int
  private let sample: Sample

  init(_ chunk: ArraySlice<UInt8>) throws(SpeechError) {
    guard chunk.count >= 16 else { throw .noSound("a WAVE file without its format") }
    let start = chunk.startIndex
    func number(_ place: Int, _ length: Int) -> Int {
      Int(littleEndian: chunk[start + place..<start + place + length])
    }
    // 0xFFFE: what it is stands further behind.
    let kind = number(0, 2) == 0xFFFE && chunk.count >= 26 ? number(24, 2) : number(0, 2)
    (channels, rate) = (number(2, 2), number(4, 4))
    switch (kind, number(14, 2)) {
    case (1, let bits) where [8, 16, 24, 32].contains(bits): sample = .whole(bytes: bits / 8)
    case (3, 32): sample = .fraction
    case (let kind, let bits): throw .noSound("a WAVE file of kind \(kind) with \(bits) bits")
    }
    guard (1...8).contains(channels) else { throw .noSound("\(channels) channels") }
  }

  private var width: Int { if case .whole(let bytes) = sample { bytes } else { 4 } }

  /// The channels together.
  func samples(of bytes: ArraySlice<UInt8>) -> [Int16] {
    let frame = channels * width
    return bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / frame).map { number in
        let sum = (0..<channels).reduce(0.0) { $0 + value(bytes, at: number * frame + $1 * width) }
        return Int16(min(max((sum / Double(channels) * 32_768).rounded(), -32_768), 32_767))
      }
    }
  }

  /// From -1 to 1.
  private func value(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Double {
    switch sample {
    case .whole(1): Double(Int(bytes[place]) - 128) / 128
    case .whole(2): Double(bytes.loadUnaligned(fromByteOffset: place, as: Int16.self)) / 32_768
    case .whole(3):
      Double(
        Int32(Int8(bitPattern: bytes[place + 2])) << 16 | Int32(bytes[place + 1]) << 8 | Int32(bytes[place])
      ) / 8_388_608
    case .whole: Double(bytes.loadUnaligned(fromByteOffset: place, as: Int32.self)) / 2_147_483_648
    case .fraction: fraction(bytes.loadUnaligned(fromByteOffset: place, as: Float.self))
    }
  }

  private func fraction(_ value: Float) -> Double { value.isFinite ? Double(min(max(value, -1), 1)) : 0 }
}

extension Int {
  fileprivate init(littleEndian bytes: ArraySlice<UInt8>) {
    self = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
