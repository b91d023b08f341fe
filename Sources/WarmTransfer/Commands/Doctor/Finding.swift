/// What the doctor says of one thing.
struct Finding: Equatable, Sendable {
  enum Level: String, Equatable, Sendable {
    case ok, warn
    case fail = "FAIL"
  }

  let level: Level
  /// What was looked at, in a word or two: `music`, `target alice`.
  let subject: String
  let text: String
  /// What to do about it; empty where all is well.
  let mend: String

  private init(_ level: Level, _ subject: String, _ text: String, _ mend: String) {
    self.level = level
    self.subject = subject
    self.text = text
    self.mend = mend
  }

  static func ok(_ subject: String, _ text: String) -> Finding { Finding(.ok, subject, text, "") }
  static func warn(_ subject: String, _ text: String, mend: String) -> Finding { Finding(.warn, subject, text, mend) }
  static func fail(_ subject: String, _ text: String, mend: String) -> Finding { Finding(.fail, subject, text, mend) }
}
