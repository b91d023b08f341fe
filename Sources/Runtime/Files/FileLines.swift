import Glibc

/// The lines of a file that may be larger than memory, one after the other.
package struct FileLines: ~Copyable {
  private let stream: UnsafeMutablePointer<FILE>
  private let path: String
  private var buffer: UnsafeMutablePointer<CChar>?
  private var capacity = 0

  private init(adopting stream: UnsafeMutablePointer<FILE>, path: String) {
    self.stream = stream
    self.path = path
  }

  deinit {
    free(buffer)
    fclose(stream)
  }

  package static func open(_ path: String) throws(FileError) -> FileLines {
    guard let stream = fopen(path, "re") else { throw FileError(path: path, reason: .system(code: errno)) }
    return FileLines(adopting: stream, path: path)
  }

  package struct Line: Equatable, Sendable {
    /// Without its end.
    package let text: String
    /// The last line of a file that was cut off has no end.
    package let hasEnd: Bool
  }

  /// Nil at the end of the file.
  package mutating func next() throws(FileError) -> Line? {
    errno = 0
    let length = getline(&buffer, &capacity, stream)
    guard length >= 0, let buffer else {
      if ferror(stream) != 0 { throw FileError(path: path, reason: .system(code: errno)) }
      return nil
    }
    let bytes = UnsafeRawBufferPointer(start: buffer, count: length)
    guard let text = String(validating: bytes, as: UTF8.self) else { throw FileError(path: path, reason: .notText) }
    guard text.utf8.last == UInt8(ascii: "\n") else { return Line(text: text, hasEnd: false) }
    return Line(text: String(decoding: text.utf8.dropLast(), as: UTF8.self), hasEnd: true)
  }
}
