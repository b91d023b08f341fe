/// What happened, line by line: `7>` a command and `7<` its answer where that is not yes, `<-` what Asterisk says, `*`
/// what people and phones do, `~` what is heard, `!` what goes astray. Nothing is kept unless somebody wants to read it:
/// most seeds have no story to tell.
final class Chronicle {
  let isKept: Bool
  private(set) var lines: [String] = []

  init(isKept: Bool) { self.isKept = isKept }

  func note(_ moment: Int64, _ line: @autoclosure () -> String) {
    guard isKept else { return }
    let milliseconds = String(moment % 1_000)
    let seconds = String(moment / 1_000)
    let padding = String(repeating: " ", count: max(0, 4 - seconds.count))
    let zeros = String(repeating: "0", count: 3 - milliseconds.count)
    lines.append("\(padding)\(seconds).\(zeros)\(milliseconds)  \(line())")
  }
}
