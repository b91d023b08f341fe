internal import Glibc

/// A sound's name without folder and ending: never more than small letters, digits and dashes, so that no text from
/// outside becomes a path.
package struct SoundName: Hashable, Sendable, CustomStringConvertible {
  package let description: String

  package init?(_ name: String) {
    let allowed = name.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || byte == UInt8(ascii: "-")
    }
    guard allowed, (1...100).contains(name.utf8.count) else { return nil }
    description = name
  }

  /// For names made here, of letters that are known to be allowed.
  init(unchecked name: String) { description = name }
}

package struct SoundFileError: Error, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case folder, write, remove, list, sound
  }

  package let kind: Kind
  package let path: String
  /// From the system; 0 if it was not the system.
  package let errno: Int32
  package let reason: String

  init(_ kind: Kind, _ path: String, errno code: Int32) {
    (self.kind, self.path, errno) = (kind, path, code)
    reason = strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }

  init(_ path: String, _ underlying: SpeechError) {
    (kind, self.path, errno) = (.sound, path, 0)
    reason = underlying.description
  }

  package var description: String { "\(path): \(reason)" }
}

/// The folder of sounds that Asterisk reads.
package struct SoundFiles: Sendable {
  package let folder: String

  package init(folder: String) throws(SoundFileError) {
    guard mkdir(folder, 0o750) == 0 || errno == EEXIST else { throw SoundFileError(.folder, folder, errno: errno) }
    var status = stat()
    guard stat(folder, &status) == 0 else { throw SoundFileError(.folder, folder, errno: errno) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw SoundFileError(.folder, folder, errno: ENOTDIR) }
    self.folder = folder
  }

  /// What `sound:` takes: the path without its ending. Asterisk picks the format that the channel deserves.
  package func path(of name: SoundName) -> String { "\(folder)/\(name)" }

  /// Either both formats are there whole, or neither.
  package func write(_ recording: Recording, named name: SoundName) throws(SoundFileError) {
    do {
      try replace(name, with: recording)
    } catch {
      for rate in TelephoneRate.allCases { unlink(path(of: name, rate)) }
      throw error
    }
  }

  /// What was there before stays where that fails. Whoever plays it already hears it to its end.
  package func replace(_ name: SoundName, with recording: Recording) throws(SoundFileError) {
    // The narrow one from the wide one: halving a rate costs a fraction of what 441 to 160 does.
    var sound = recording
    var waves: [(file: String, bytes: [UInt8])] = []
    for rate in [TelephoneRate.wide, .narrow] {
      let file = path(of: name, rate)
      sound = try converted(sound, rate, file)
      waves.append((file, sound.wave()))
    }
    for wave in waves { try replace(wave.file, with: wave.bytes) }
  }

  /// The same sound under another name.
  package func copy(_ name: SoundName, to other: SoundName, in folder: SoundFiles) throws(SoundFileError) {
    for rate in TelephoneRate.allCases {
      let (file, copy) = (path(of: name, rate), folder.path(of: other, rate))
      let temporary = copy + Self.unfinished
      unlink(temporary)
      guard link(file, temporary) == 0 else { throw SoundFileError(.write, copy, errno: errno) }
      guard rename(temporary, copy) == 0 else {
        let failure = errno
        unlink(temporary)
        throw SoundFileError(.write, copy, errno: failure)
      }
      // Of two names for one file already nothing is renamed.
      unlink(temporary)
    }
  }

  /// In the better of the two formats.
  package func wave(of name: SoundName) throws(SoundFileError) -> [UInt8] {
    let file = path(of: name, .wide)
    let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { throw SoundFileError(.sound, file, errno: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw SoundFileError(.sound, file, errno: errno) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    guard read(descriptor, &bytes, bytes.count) == bytes.count else { throw SoundFileError(.sound, file, errno: errno) }
    return bytes
  }

  /// A sound that is not there is no error.
  package func remove(named name: SoundName) throws(SoundFileError) {
    for rate in TelephoneRate.allCases {
      let file = path(of: name, rate)
      guard unlink(file) == 0 || errno == ENOENT else { throw SoundFileError(.remove, file, errno: errno) }
    }
  }

  /// Both formats are there, and each is as long as its header says.
  package func contains(_ name: SoundName) -> Bool {
    TelephoneRate.allCases.allSatisfy { isWhole(path(of: name, $0), rate: $0) }
  }

  /// The sounds of which at least one format is there.
  package func names() throws(SoundFileError) -> Set<SoundName> {
    Set(try entries().compactMap(Self.sound(ofFile:)))
  }

  /// How long a sound that is whole lasts.
  package func duration(of name: SoundName) -> Duration? {
    guard contains(name) else { return nil }
    var status = stat()
    guard stat(path(of: name, .narrow), &status) == 0 else { return nil }
    return .milliseconds((Int(status.st_size) - 44) / 2 * 1_000 / TelephoneRate.narrow.rawValue)
  }

  /// Removes every sound, and every half-written file, that is not of these names. Other files are left alone.
  package func sweep(keeping kept: Set<SoundName>) throws(SoundFileError) {
    for file in try entries() {
      guard let name = Self.sound(ofFile: file), !kept.contains(name) else { continue }
      let path = "\(folder)/\(file)"
      guard unlink(path) == 0 || errno == ENOENT else { throw SoundFileError(.remove, path, errno: errno) }
    }
  }

  private func path(of name: SoundName, _ rate: TelephoneRate) -> String {
    path(of: name) + "." + rate.fileExtension
  }

  private func converted(
    _ recording: Recording,
    _ rate: TelephoneRate,
    _ file: String
  ) throws(SoundFileError) -> Recording {
    do { return try recording.resampled(to: rate) } catch { throw SoundFileError(file, error) }
  }

  private static func sound(ofFile file: String) -> SoundName? {
    let parts = file.split(separator: ".", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), TelephoneRate.allCases.contains(where: { $0.fileExtension == parts[1] }) else {
      return nil
    }
    return parts.count == 2 || parts[2] == Self.unfinished.dropFirst() ? SoundName(String(parts[0])) : nil
  }

  private func entries() throws(SoundFileError) -> [String] {
    guard let stream = opendir(folder) else { throw SoundFileError(.list, folder, errno: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw SoundFileError(.list, folder, errno: errno) }
        return names
      }
      names.append(
        withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      )
    }
  }
}

extension SoundFiles {
  private static let unfinished = ".part"

  /// Atomic: whoever opens `file` sees the old bytes or the new ones.
  private func replace(_ file: String, with bytes: [UInt8]) throws(SoundFileError) {
    let temporary = file + Self.unfinished
    var failure = failureOfWriting(bytes, to: temporary)
    if failure == 0, rename(temporary, file) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(temporary)
      throw SoundFileError(.write, file, errno: failure)
    }
  }

  /// The system's error, or 0.
  func failureOfWriting(_ bytes: [UInt8], to file: String) -> Int32 {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o640)
    guard descriptor >= 0 else { return errno }
    var failure = writeAll(bytes, to: descriptor)
    // Whatever the process's umask: Asterisk reads it as a member of the group.
    if failure == 0, fchmod(descriptor, 0o640) != 0 { failure = errno }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    return failure
  }

  private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
      }
      return 0
    }
  }

  private func isWhole(_ file: String, rate: TelephoneRate) -> Bool {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var status = stat()
    var header = [UInt8](repeating: 0, count: 44)
    guard fstat(descriptor, &status) == 0, read(descriptor, &header, 44) == 44 else { return false }
    let samples = (Int(status.st_size) - 44) / 2
    guard samples > 0, status.st_size % 2 == 0 else { return false }
    return header == WaveHeader(samples: samples, rate: rate.rawValue).bytes
  }
}
