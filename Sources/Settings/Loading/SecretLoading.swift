import Transfer

/// A secret while it is read: written in its section, or in a file of its own.
struct SecretDraft: Equatable {
  /// The key of the secret; that of its file ends with `_file`.
  let key: String
  /// Empty: not written.
  var written = ""
  var file = ""

  init(_ key: String) { self.key = key }
}

extension SettingsLoader {
  /// Without it the section is of no use.
  mutating func isMissing(_ key: String, in section: ConfSection) -> Bool {
    guard section.entry(key) == nil, section.entry(key + "_file") == nil else { return false }
    reader.complain(section.location, "[\(section.name)] has neither '\(key)' nor '\(key)_file'")
    return true
  }

  /// Empty where it is written in neither way, or where that is a mistake.
  mutating func secret(_ draft: SecretDraft, _ syntax: ValueSyntax<String>, in section: ConfSection) -> Secret {
    guard let file = section.entry(draft.key + "_file") else { return Secret(draft.written) }
    guard section.entry(draft.key) == nil else {
      reader.complain(file.location, "\(draft.key) and \(draft.key)_file are both set; keep one")
      return Secret("")
    }
    return Secret(draft.file.isEmpty ? "" : firstLine(of: draft.file, syntax, for: file))
  }

  private mutating func firstLine(of path: String, _ syntax: ValueSyntax<String>, for entry: ConfEntry) -> String {
    let longestFile = 4096
    do throws(ConfFiles.ReadError) {
      let firstLine = try files.read(path, longestFile).prefix { $0 != UInt8(ascii: "\n") }
      guard let text = String(validating: firstLine, as: UTF8.self)?.trimmingBlanks, !text.isEmpty else {
        reader.complain(entry.location, "\(entry.key): the first line of \(quoted(path)) is empty or not UTF-8")
        return ""
      }
      do throws(ValueMistake) {
        return try syntax.parse(text)
      } catch {
        reader.complain(entry.location, "\(entry.key): the content of \(quoted(path)) \(error.message)")
      }
    } catch {
      reader.complain(entry.location, "\(entry.key): cannot read \(quoted(path)): \(error)")
    }
    return ""
  }
}

extension ValueSyntax where Value == String {
  /// Anything but nothing, and but what a sample shows.
  static func password(_ which: String) -> Self {
    Self { text throws(ValueMistake) in
      guard !text.isEmpty else { throw ValueMistake("is empty; write \(which)") }
      guard !text.lowercased().hasSuffix("change-me") else {
        throw ValueMistake("is still \(quoted(text)), as in the sample; choose your own")
      }
      return text
    }
  }

  static var ariPassword: Self { password("the password of this user in Asterisk's ari.conf") }
  static var modelKey: Self { password("the key that the server has given you, or remove the line") }

  /// As Standard Webhooks has it.
  static var webhookSecret: Self {
    Self { text throws(ValueMistake) in
      let key = text.dropFirst("whsec_".count)
      let isBase64 = key.allSatisfy { $0.isASCIILetterOrDigit || "+/=".contains($0) } && key.count.isMultiple(of: 4)
      guard text.hasPrefix("whsec_"), isBase64, (32...256).contains(key.count) else {
        // Not what was written: it may be the secret all but for a letter.
        throw ValueMistake("is not whsec_ and 24 to 192 bytes in Base64; make one with: openssl rand -base64 32")
      }
      guard text != sampleWebhookSecret else {
        throw ValueMistake("is the sample's secret; make your own with: openssl rand -base64 32")
      }
      return text
    }
  }

  /// "change me and change me!"
  static var sampleWebhookSecret: String { "whsec_Y2hhbmdlIG1lIGFuZCBjaGFuZ2UgbWUh" }
}
