import Transfer

/// Recorded prompts that a text names.
package struct PromptInUse: Hashable, Sendable {
  package let name: String
  /// Of the voice that speaks around it.
  package let language: String
}

extension Settings {
  /// Each once, in the order of the file.
  package var recordedPrompts: [PromptInUse] {
    let policies = [transfer] + targets.map(\.policy)
    let found = policies.flatMap { policy in
      Sentence.all.flatMap { policy[$0].sounds }.map { PromptInUse(name: $0, language: policy.voice.name) }
    }
    var seen: Set<PromptInUse> = []
    return found.filter { seen.insert($0).inserted }
  }
}

extension SettingsLoader {
  /// Where Asterisk keeps them on Debian, and where it does if it was built by hand.
  private static let soundFolders = ["/usr/share/asterisk/sounds", "/var/lib/asterisk/sounds"]

  /// In none of its folders, neither for a language nor for all: where Asterisk runs on another machine nobody can know.
  mutating func warnAboutMissingPrompts() {
    let folders = Self.soundFolders.filter { !files.expand($0).isEmpty }
    guard !folders.isEmpty else { return }
    let keys = Set(Sentence.all.map(\.key))
    for section in sections {
      for entry in section.entries where keys.contains(entry.key) {
        for name in sounds(in: entry.value) where !folders.contains(where: { isThere(name, in: $0) }) {
          warn(
            entry.location,
            "\(entry.key): there is no file for sound:\(name) in \(folders.joined(separator: " or "))"
          )
        }
      }
    }
  }

  private func isThere(_ name: String, in folder: String) -> Bool {
    [folder, "\(folder)/*"].contains { !files.expand("\($0)/\(name).*").isEmpty }
  }

  private func sounds(in text: String) -> [String] {
    do throws(Template.ParseError) {
      return try Template(parsing: text).sounds
    } catch {
      // That is a mistake, and told as one.
      return []
    }
  }
}
