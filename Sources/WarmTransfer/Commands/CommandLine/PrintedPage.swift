import Settings

/// What packages install beside the program, and the program prints itself.
package enum PrintedPage: String, CaseIterable, Sendable {
  case commands = "warm-transfer.8"
  case settings = "warm_transfer.conf.5"
  case completion = "bash-completion"

  package var lines: [String] {
    switch self {
    case .commands: CommandManual.lines
    case .settings: SettingsManual.lines
    case .completion: BashCompletion.lines
    }
  }
}
