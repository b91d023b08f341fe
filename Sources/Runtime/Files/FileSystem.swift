import Glibc

package struct FileError: Error, Equatable, CustomStringConvertible {
  package enum Reason: Equatable, Sendable {
    case system(code: CInt)
    case tooLarge(limit: Int)
    case notText
  }

  package let path: String
  package let reason: Reason

  package var description: String {
    switch reason {
    case .system(let code): "\(path): \(SystemError.text(of: code))"
    case .tooLarge(let limit): "\(path): more than \(limit) bytes"
    case .notText: "\(path): not UTF-8 text"
    }
  }
}

package enum FileSystem {
  /// The whole file, which must not be longer than `limit` bytes.
  package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
    let descriptor = try OpenFile.open(path)
    var bytes: [UInt8] = []
    // One byte more than is allowed shows that there is more.
    while bytes.count <= limit {
      let chunk = try descriptor.chunk(upTo: min(64 * 1024, limit + 1 - bytes.count))
      guard !chunk.isEmpty else { return bytes }
      bytes += chunk
    }
    throw FileError(path: path, reason: .tooLarge(limit: limit))
  }

  package static func readText(_ path: String, limit: Int) throws(FileError) -> String {
    guard let text = String(validating: try read(path, limit: limit), as: UTF8.self) else {
      throw FileError(path: path, reason: .notText)
    }
    return text
  }

  /// Makes the file, or writes it anew.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try OpenFile.create(path).write(bytes)
  }

  /// Makes a file that nobody else can read, in the place of one that is there already: whoever has that one open
  /// reads nothing of this.
  package static func writeForOwner(_ bytes: [UInt8], to path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw FileError(path: path, reason: .system(code: errno)) }
    try OpenFile.create(path, flags: O_EXCL | O_NOFOLLOW, mode: 0o600).write(bytes)
  }

  /// Writes a file anew in one step: whoever opens it reads all of the old or all of the new. It has the owner and the
  /// mode of `model`, where that is there. A link stays one.
  package static func replace(_ path: String, with bytes: [UInt8], like model: String) throws(FileError) {
    let path = resolved(path)
    let draft = path + ".warm-transfer-new"
    guard unlink(draft) == 0 || errno == ENOENT else { throw FileError(path: draft, reason: .system(code: errno)) }
    let file = try OpenFile.create(draft, flags: O_EXCL | O_NOFOLLOW)
    do throws(FileError) {
      try file.becomeLike(model)
      try file.write(bytes)
      try file.settle()
      guard rename(draft, path) == 0 else { throw FileError(path: path, reason: .system(code: errno)) }
    } catch {
      unlink(draft)
      throw error
    }
  }

  /// To the owner and the group of another file or folder, where this process may do so: root may.
  package static func give(_ path: String, ownerOf model: String) throws(FileError) {
    var status = stat()
    guard stat(model, &status) == 0 else { throw FileError(path: model, reason: .system(code: errno)) }
    guard lchown(path, status.st_uid, status.st_gid) == 0 || geteuid() != 0 else {
      throw FileError(path: path, reason: .system(code: errno))
    }
  }

  /// Where the links lead; the path itself where there is nothing.
  private static func resolved(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

  /// Where it is there.
  package static func remove(_ path: String) { unlink(path) }

  /// The folder, and those above it, where they are not there yet.
  package static func makeFolder(_ path: String) throws(FileError) {
    if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, let parent = path.lastIndex(of: "/"), parent != path.startIndex else {
      throw FileError(path: path, reason: .system(code: errno))
    }
    try makeFolder(String(path[..<parent]))
    guard mkdir(path, 0o750) == 0 || errno == EEXIST else {
      throw FileError(path: path, reason: .system(code: errno))
    }
  }

  /// The paths that match a shell pattern, sorted; none is no error.
  package static func glob(_ pattern: String) throws(FileError) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    let code = Glibc.glob(pattern, GLOB_ERR, nil, &found)
    switch code {
    case 0: return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    case CInt(GLOB_NOMATCH): return []
    case CInt(GLOB_NOSPACE): throw FileError(path: pattern, reason: .system(code: ENOMEM))
    default: throw FileError(path: pattern, reason: .system(code: EIO))
    }
  }
}

private struct OpenFile: ~Copyable {
  private let descriptor: CInt
  private let path: String

  private init(adopting descriptor: CInt, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit {
    close(descriptor)
  }

  static func open(_ path: String) throws(FileError) -> OpenFile {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, reason: .system(code: errno)) }
    return OpenFile(adopting: descriptor, path: path)
  }

  static func create(_ path: String, flags: CInt = O_TRUNC, mode: mode_t = 0o644) throws(FileError) -> OpenFile {
    let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, mode)
    guard descriptor >= 0 else { throw FileError(path: path, reason: .system(code: errno)) }
    return OpenFile(adopting: descriptor, path: path)
  }

  func becomeLike(_ model: String) throws(FileError) {
    var status = stat()
    guard stat(model, &status) == 0 else {
      if errno == ENOENT { return }
      throw FileError(path: model, reason: .system(code: errno))
    }
    // The mode after the owner: a change of owner takes some of it away.
    guard fchown(descriptor, status.st_uid, status.st_gid) == 0, fchmod(descriptor, status.st_mode & 0o7777) == 0 else {
      throw FileError(path: path, reason: .system(code: errno))
    }
  }

  /// Until it is on the disk.
  func settle() throws(FileError) {
    guard fsync(descriptor) == 0 else { throw FileError(path: path, reason: .system(code: errno)) }
  }

  func write(_ bytes: [UInt8]) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty { rest = rest.dropFirst(try write(rest)) }
  }

  /// How many of the bytes were written.
  private func write(_ bytes: ArraySlice<UInt8>) throws(FileError) -> Int {
    while true {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { return count }
      guard errno == EINTR else { throw FileError(path: path, reason: .system(code: errno)) }
    }
  }

  /// Empty at the end of the file.
  func chunk(upTo limit: Int) throws(FileError) -> [UInt8] {
    while true {
      var failure: CInt = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
        let length = Glibc.read(descriptor, buffer.baseAddress, limit)
        if length < 0 { failure = errno }
        count = max(0, length)
      }
      if failure == 0 { return chunk }
      guard failure == EINTR else { throw FileError(path: path, reason: .system(code: failure)) }
    }
  }
}
