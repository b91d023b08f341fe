import Glibc
internal import Runtime

/// One byte beside the database that says whether things were done before they were written: after a crash the records
/// are behind then. The byte is there from the start and is written over in its place, which also a full disk allows.
final class BehindMarker: Sendable {
  private static let (clear, set) = (UInt8(ascii: "0"), UInt8(ascii: "1"))

  private let path: String
  private let descriptor: CInt
  /// As the service before this one has left it.
  let wasSet: Bool

  private init(path: String, descriptor: CInt, wasSet: Bool) {
    self.path = path
    self.descriptor = descriptor
    self.wasSet = wasSet
  }

  deinit {
    close(descriptor)
  }

  static func open(_ path: String) throws(SystemError) -> BehindMarker {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw SystemError("open \(path)", code: errno) }
    var byte = clear
    guard pread(descriptor, &byte, 1, 0) >= 0 else {
      let code = errno
      close(descriptor)
      throw SystemError("read \(path)", code: code)
    }
    let marker = BehindMarker(path: path, descriptor: descriptor, wasSet: byte == set)
    if byte != set { try marker.write(false) }
    return marker
  }

  /// Waits for the disk.
  func write(_ isBehind: Bool) throws(SystemError) {
    var byte = isBehind ? Self.set : Self.clear
    while pwrite(descriptor, &byte, 1, 0) != 1 {
      guard errno == EINTR else { throw SystemError("write \(path)", code: errno) }
    }
    guard fdatasync(descriptor) == 0 else { throw SystemError("write \(path)", code: errno) }
  }
}

/// Looks at whether the disk takes what it is given, on a thread that does not wait for it: the one who writes may be
/// held up for ever.
struct JournalWatch: Sendable {
  let inbox: JournalInbox
  /// Nil where there is none, or where it could not be made.
  let marker: BehindMarker?
  let log: Log

  func run() {
    var (isMarked, hasFailed) = (false, false)
    while true {
      let watched = inbox.watchOn(noted: isMarked)
      if watched.hasJustStalled { log.error("cannot write the journal: the disk does not respond") }
      if watched.isBehind != isMarked {
        do throws(SystemError) {
          try marker?.write(watched.isBehind)
          (isMarked, hasFailed) = (watched.isBehind, false)
        } catch {
          if !hasFailed { log.warning("could not mark the journal as incomplete", ["reason": error]) }
          hasFailed = true
        }
      }
      if watched.hasEnded { return }
    }
  }
}
