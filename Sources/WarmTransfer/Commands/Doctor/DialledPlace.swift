import Settings
import Transfer

/// What a dial string leads to, as far as Asterisk can be asked about it.
enum DialledPlace: Equatable, Sendable {
  /// `PJSIP/alice`, or the trunk of `PJSIP/+15551234@trunk`.
  case endpoint(technology: String, name: String, isTrunk: Bool)
  /// `Local/201@from-internal`
  case dialplan(exten: String, context: String)
  /// Any other technology: `DAHDI/g1/5551234`.
  case other(technology: String)

  init(_ dialString: String) {
    let parts = dialString.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let technology = parts[0]
    let resource = parts.count > 1 ? parts[1] : ""
    let at = resource.lastIndex(of: "@")
    let beforeAt = at.map { String(resource[..<$0]) } ?? resource
    let afterAt = at.map { String(resource[resource.index(after: $0)...]) }
    switch technology.uppercased() {
    case "LOCAL": self = .dialplan(exten: beforeAt, context: afterAt ?? "default")
    case "PJSIP":
      // PJSIP/trunk/sip:… dials an address through an endpoint too.
      self = .endpoint(technology: "PJSIP", name: afterAt ?? resource, isTrunk: at != nil || parts.count > 2)
    default: self = .other(technology: technology)
    }
  }

  /// As a dialplan function is asked; nil for a place whose name would not stand there as it is.
  var question: String? {
    guard case .dialplan(let exten, let context) = self, (exten + context).allSatisfy(Self.isPlain) else { return nil }
    return "DIALPLAN_EXISTS(\(context),\(exten),1)"
  }

  private static func isPlain(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "_-.+*#".contains(character))
  }
}

extension Settings {
  /// What callbacks dial, each once.
  var callbackPatterns: [DialPattern] {
    targets.compactMap(\.policy.callback.dial).reduce(into: []) { found, pattern in
      if !found.contains(pattern) { found.append(pattern) }
    }
  }
}
