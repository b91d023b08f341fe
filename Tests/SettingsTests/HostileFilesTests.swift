import Testing

@testable import Settings

/// Files that are made to take long. Each of them is read within seconds, in a debug build too; a quadratic step took
/// minutes.
@Suite struct HostileFilesTests {
  enum Attack: CaseIterable {
    case growingValue, repeatedInheritance, nearNames, nothingButMistakes, largeGroups

    var text: String {
      switch self {
      case .growingValue: "[a]\n" + lines(50_000) { _ in "k+=x" }
      case .repeatedInheritance:
        "[t](!)\n" + lines(199) { "k\($0)=v" } + lines(1000) { "[a\($0)](\(String(repeating: "t,", count: 20)))" }
      case .nearNames: lines(400) { "[r-aaaaaaaaaaaaaaaaaaaaaaaaaaaa-\($0)](r-aaaaaaaaaaaaaaaaaaaaaaaaaaab-\($0))" }
      case .nothingButMistakes: lines(500) { "[r\($0)]\ntype=target\n" + lines(80) { "k\($0)=" } }
      case .largeGroups:
        lines(500) { "[t\($0)]\ntype=target\ndial=P/x" }
          + lines(50) { "[g\($0)]\ntype=group\nmembers=" + (0..<500).map { "t\($0)" }.joined(separator: ",") }
      }
    }

    private func lines(_ count: Int, _ line: (Int) -> String) -> String {
      (0..<count).map(line).joined(separator: "\n") + "\n"
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: Attack.allCases)
  func areReadInTime(_ attack: Attack) {
    let found = mistakes(in: attack.text)
    #expect(!found.isEmpty && found.count <= ConfMistakes.most)
  }
}
