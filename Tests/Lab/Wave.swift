package import Foundation

/// Reads and writes 16-bit mono PCM in a WAVE file.
package enum Wave {
  package static func read(_ file: URL) throws -> Sound {
    let bytes = [UInt8](try Data(contentsOf: file))
    guard bytes.count >= 12, bytes[..<4].elementsEqual("RIFF".utf8), bytes[8..<12].elementsEqual("WAVE".utf8) else {
      throw LabError(.badRecording, "\(file.path) is no WAVE file")
    }
    var rate: Int?
    var at = 12
    while at + 8 <= bytes.count {
      let length = number(in: bytes, at: at + 4, bytes: 4)
      let body = at + 8
      if bytes[at..<at + 4].elementsEqual("fmt ".utf8), body + 16 <= bytes.count {
        rate = number(in: bytes, at: body + 4, bytes: 4)
      }
      if bytes[at..<at + 4].elementsEqual("data".utf8), let rate {
        // Asterisk writes the length when it closes the file: until then the file's own end counts.
        let end = length == 0 ? bytes.count : min(body + length, bytes.count)
        return Sound(samples: samples(bytes[body..<end]), rate: rate)
      }
      at = body + length + length % 2
    }
    throw LabError(.badRecording, "\(file.path) holds no sound")
  }

  package static func write(_ sound: Sound, to file: URL) throws { try bytes(of: sound).write(to: file) }

  static func bytes(of sound: Sound) -> Data {
    let length = sound.samples.count * 2
    var bytes = Array("RIFF".utf8) + little(length + 36, 4) + Array("WAVEfmt ".utf8) + little(16, 4)
    bytes +=
      little(1, 2) + little(1, 2) + little(sound.rate, 4) + little(sound.rate * 2, 4) + little(2, 2) + little(16, 2)
    bytes += Array("data".utf8) + little(length, 4)
    return Data(bytes) + sound.samples.map(\.littleEndian).withUnsafeBytes { Data($0) }
  }

  /// Whether the header tells the file's true length, which Asterisk writes last.
  static func isClosed(_ file: URL) -> Bool {
    guard let bytes = FileManager.default.contents(atPath: file.path), bytes.count > 44 else { return false }
    return number(in: [UInt8](bytes[4..<8]), at: 0, bytes: 4) >= bytes.count - 8
  }

  private static func samples(_ bytes: ArraySlice<UInt8>) -> [Int16] {
    stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { at in
      Int16(bitPattern: UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8)
    }
  }

  private static func number(in bytes: [UInt8], at start: Int, bytes count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
  }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
