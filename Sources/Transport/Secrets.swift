internal import COpenSSL

/// What is kept secret, signed or compared without telling how much of it was right.
package enum Secrets {
  package static let digestLength = Int(SHA256_DIGEST_LENGTH)

  package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: digestLength)
    SHA256(bytes, bytes.count, &digest)
    return digest
  }

  package static func hmacSHA256(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: digestLength)
    var length: UInt32 = 0
    HMAC(EVP_sha256(), key, CInt(key.count), message, message.count, &digest, &length)
    return digest
  }

  /// Takes as long for a first byte that is wrong as for a last one.
  package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
  }

  /// Nothing where the system has no randomness to give.
  package static func random(_ count: Int) throws(NoRandomness) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, CInt(count)) == 1 else { throw NoRandomness() }
    return bytes
  }

  package struct NoRandomness: Error, CustomStringConvertible {
    package var description: String { "the system gives no random bytes" }
  }

  package static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  package static func base64(_ bytes: [UInt8]) -> String {
    // Four characters for three bytes begun, and the zero at the end.
    var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let length = EVP_EncodeBlock(&text, bytes, CInt(bytes.count))
    return String(decoding: text.prefix(Int(length)), as: UTF8.self)
  }

  /// Nil for what is not base64.
  package static func bytes(base64 text: String) -> [UInt8]? {
    let encoded = Array(text.utf8)
    guard encoded.count % 4 == 0, !encoded.isEmpty else { return nil }
    var bytes = [UInt8](repeating: 0, count: encoded.count / 4 * 3)
    let length = EVP_DecodeBlock(&bytes, encoded, CInt(encoded.count))
    guard length >= 0 else { return nil }
    let padding = encoded.suffix(2).count { $0 == UInt8(ascii: "=") }
    return Array(bytes.prefix(Int(length) - padding))
  }
}
