internal import Glibc
package import Transfer

/// Texts on which the process has died while it spoke them. espeak-ng runs in this process: a text that it crashes on
/// would be spoken again by the next run, and end that one too, and with it what every caller hears.
///
/// What is being spoken is written to a file first and taken off it afterwards. That is two writes of 41 bytes to a file
/// that is kept open, and no fsync: what is written is in the kernel's memory, which outlives a crash and a kill -9 of the
/// process. It does not outlive a power cut, which no text has caused.
package struct FatalTexts: ~Copyable {
  /// A process may also be killed from outside while it speaks: the first death is not held against the text.
  package static let deathsAllowed = 1
  private static let mostRemembered = 64

  private let path: String
  private let descriptor: Int32
  /// How often the process has died while it spoke the text, by its mark; the latest last.
  private var deaths: [(mark: String, count: Int)] = []
  /// What the run before this one was speaking when it died.
  package private(set) var wasSpeaking = false

  /// Takes over what an earlier run has left in the file.
  package init(file path: String) throws(SoundFileError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
    guard descriptor >= 0 else { throw SoundFileError(.write, path, errno: errno) }
    let lines = Self.contents(of: descriptor).split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines.dropFirst() {
      let words = line.split(separator: " ")
      if words.count == 2, let count = Int(words[1]) { deaths.append((String(words[0]), count)) }
    }
    if let mark = lines.first?.split(separator: " ").first {
      wasSpeaking = true
      count(String(mark))
    }
    write(Self.line(""), at: 0)
    save()
  }

  deinit { close(descriptor) }

  /// False for a text that is better not spoken again.
  package mutating func begin(_ text: String, _ voice: Voice) -> Bool {
    let mark = Self.mark(text, voice)
    guard deaths.first(where: { $0.mark == mark })?.count ?? 0 <= Self.deathsAllowed else { return false }
    write(Self.line(mark), at: 0)
    return true
  }

  /// It could be spoken, or not, and the process is alive.
  package mutating func end(_ text: String, _ voice: Voice) {
    write(Self.line(""), at: 0)
    let mark = Self.mark(text, voice)
    guard deaths.contains(where: { $0.mark == mark }) else { return }
    deaths.removeAll { $0.mark == mark }
    save()
  }

  private mutating func count(_ mark: String) {
    let before = deaths.first { $0.mark == mark }?.count ?? 0
    deaths.removeAll { $0.mark == mark }
    deaths.append((mark, before + 1))
    deaths.removeFirst(max(0, deaths.count - Self.mostRemembered))
  }

  /// Nothing of the text itself: a caller's words do not outlive their transfer.
  private static func mark(_ text: String, _ voice: Voice) -> String { fingerprint(of: text, voice) }

  private static let markLength = 40

  private static func line(_ mark: String) -> String {
    String((mark + String(repeating: " ", count: markLength)).prefix(markLength)) + "\n"
  }

  private func save() {
    let list = deaths.map { "\($0.mark) \($0.count)\n" }.joined()
    write(list, at: Self.markLength + 1)
    _ = ftruncate(descriptor, off_t(Self.markLength + 1 + list.utf8.count))
  }

  /// A disk that takes nothing keeps nobody from speaking.
  private func write(_ text: String, at offset: Int) {
    let bytes = Array(text.utf8)
    _ = pwrite(descriptor, bytes, bytes.count, off_t(offset))
  }

  private static func contents(of descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: (mostRemembered + 1) * 64)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
