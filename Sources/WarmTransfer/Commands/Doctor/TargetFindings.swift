import Settings
import Transfer

/// Who can be rung, as Asterisk knows them.
struct TargetFindings {
  /// What the conf file says to dial.
  private struct Dialled {
    let subject: String
    let key: String
    let string: String
    /// As it could be.
    let example: String

    init(_ target: Target) {
      (subject, key, string) = ("target \(target.name)", "dial", target.dialString)
      example = "PJSIP/\(target.name)"
    }

    init(callback pattern: DialPattern) {
      (subject, key, string, example) = ("callbacks", "callback_dial", pattern.description, "PJSIP/*@trunk")
    }
  }

  private let settings: Settings
  private let asterisk: AsteriskPicture

  init(_ settings: Settings, _ asterisk: AsteriskPicture) {
    self.settings = settings
    self.asterisk = asterisk
  }

  var all: [Finding] { settings.targets.map(finding) + settings.groups.map(finding) + callbacks }

  private var callbacks: [Finding] { settings.callbackPatterns.map { place(of: Dialled(callback: $0)) } }

  private func finding(on target: Target) -> Finding {
    let dialled = Dialled(target)
    let subject = dialled.subject
    if !target.policy.enabled {
      return .warn(subject, "is never rung: enabled = no", mend: "Set enabled = yes, in the target or in [transfer].")
    }
    if target.policy.lacksCallerID {
      return .warn(subject, "is never rung: require_caller_id = yes", mend: "Set caller_id to a number of yours.")
    }
    let found = place(of: dialled)
    guard found.level == .ok, device(DeviceState.sign(of: target.name)) == "UNAVAILABLE" else { return found }
    return .warn(subject, "\(target.dialString) has signed off", mend: "They sign on with *46, or over the API.")
  }

  private func place(of dialled: Dialled) -> Finding {
    switch DialledPlace(dialled.string) {
    case .endpoint(let technology, let name, let isTrunk):
      return endpoint("\(technology)/\(name)", technology, isTrunk, dialled)
    case .dialplan(let exten, let context): return extensionFinding(exten, context, dialled)
    case .other(let technology):
      guard asterisk.technologies[technology] != .known(false) else { return unknown(technology, dialled) }
      return .ok(dialled.subject, "\(dialled.string): Asterisk has \(technology), and says no more of it")
    }
  }

  private func unknown(_ technology: String, _ dialled: Dialled) -> Finding {
    .fail(
      dialled.subject,
      "\(dialled.string): Asterisk has no channel technology '\(technology)'",
      mend: "Correct \(dialled.key), such as \(dialled.example), or load the channel driver."
    )
  }

  private func endpoint(
    _ endpoint: String,
    _ technology: String,
    _ isTrunk: Bool,
    _ dialled: Dialled
  ) -> Finding {
    if asterisk.technologies[technology] == .known(false) { return unknown(technology, dialled) }
    switch asterisk.endpoints[endpoint] {
    case .known(""):
      return .fail(
        dialled.subject,
        "\(dialled.string): there is no endpoint '\(endpoint)'",
        mend: "Compare with asterisk -rx \"pjsip show endpoints\", and correct \(dialled.key) or pjsip.conf."
      )
    case .known("offline"):
      return .warn(
        dialled.subject,
        "\(dialled.string): \(isTrunk ? "the trunk cannot be reached" : "the phone is not registered")",
        mend: "asterisk -rx \"pjsip show endpoint \(endpoint.dropFirst(technology.count + 1))\" says more. "
          + "Until then its calls end with UNREACHABLE."
      )
    case .known:
      let state = isTrunk ? nil : device(dialled.string).flatMap(Self.words)
      return .ok(
        dialled.subject,
        "\(dialled.string)\(state.map { ": \($0)" } ?? (isTrunk ? ": the trunk is there" : ""))"
      )
    case .unknown(let reason):
      return .warn(dialled.subject, "\(dialled.string): \(reason)", mend: "Load res_ari_endpoints.so, or ask again.")
    case nil: return .ok(dialled.subject, "\(dialled.string): not looked at")
    }
  }

  private func extensionFinding(_ exten: String, _ context: String, _ dialled: Dialled) -> Finding {
    let answer = DialledPlace(dialled.string).question.flatMap { asterisk.function($0) }
    switch answer {
    case "0":
      return .fail(
        dialled.subject,
        "\(dialled.string): the dialplan has no extension \(exten) in [\(context)]",
        mend: "Compare with asterisk -rx \"dialplan show \(exten)@\(context)\""
      )
    case "1": return .ok(dialled.subject, "\(dialled.string): the extension is there")
    default: return .ok(dialled.subject, "\(dialled.string): not looked at")
    }
  }

  private func device(_ name: String) -> String? { asterisk.devices[name]?.value }

  private static func words(for state: String) -> String? {
    switch state {
    case "NOT_INUSE": "free"
    case "INUSE", "BUSY": "in a call"
    case "RINGING", "RINGINUSE": "ringing"
    case "ONHOLD": "on hold"
    case "UNAVAILABLE": "unavailable"
    default: nil
    }
  }

  /// Of whose members at least one can be rung.
  private func finding(on group: TargetGroup) -> Finding {
    let subject = "group \(group.name)"
    let members = settings.targets.filter { group.members.contains($0.name) }
    let good = members.filter { finding(on: $0).level == .ok }
    if good.isEmpty {
      return .warn(subject, "none of its \(members.count) members can be rung now", mend: "See its members above.")
    }
    return .ok(subject, "\(good.count) of \(members.count) members can be rung")
  }
}
