import Settings
import Transfer

/// Who can be rung, as Asterisk knows them.
struct TargetFindings {
  private let settings: Settings
  private let asterisk: AsteriskPicture

  init(_ settings: Settings, _ asterisk: AsteriskPicture) {
    self.settings = settings
    self.asterisk = asterisk
  }

  var all: [Finding] { settings.targets.map(finding) + settings.groups.map(finding) }

  private func finding(on target: Target) -> Finding {
    let subject = "target \(target.name)"
    if !target.policy.enabled {
      return .warn(subject, "is never rung: enabled = no", mend: "Set enabled = yes, in the target or in [transfer].")
    }
    if target.policy.lacksCallerID {
      return .warn(subject, "is never rung: require_caller_id = yes", mend: "Set caller_id to a number of yours.")
    }
    let found = place(of: target, subject)
    guard found.level == .ok, device(DeviceState.sign(of: target.name)) == "UNAVAILABLE" else { return found }
    return .warn(subject, "\(target.dialString) has signed off", mend: "They sign on with *46, or over the API.")
  }

  private func place(of target: Target, _ subject: String) -> Finding {
    switch DialledPlace(target.dialString) {
    case .endpoint(let technology, let name, let isTrunk):
      return endpoint("\(technology)/\(name)", technology, isTrunk, target, subject)
    case .dialplan(let exten, let context): return extensionFinding(exten, context, target, subject)
    case .other(let technology):
      guard asterisk.technologies[technology] != .known(false) else { return unknown(technology, target, subject) }
      return .ok(subject, "\(target.dialString): Asterisk has \(technology), and says no more of it")
    }
  }

  private func unknown(_ technology: String, _ target: Target, _ subject: String) -> Finding {
    .fail(
      subject,
      "\(target.dialString): Asterisk has no channel technology '\(technology)'",
      mend: "Correct dial, such as PJSIP/\(target.name), or load the channel driver."
    )
  }

  private func endpoint(
    _ endpoint: String,
    _ technology: String,
    _ isTrunk: Bool,
    _ target: Target,
    _ subject: String
  ) -> Finding {
    if asterisk.technologies[technology] == .known(false) { return unknown(technology, target, subject) }
    switch asterisk.endpoints[endpoint] {
    case .known(""):
      return .fail(
        subject,
        "\(target.dialString): there is no endpoint '\(endpoint)'",
        mend: "Compare with asterisk -rx \"pjsip show endpoints\", and correct dial or pjsip.conf."
      )
    case .known("offline"):
      return .warn(
        subject,
        "\(target.dialString): \(isTrunk ? "the trunk cannot be reached" : "the phone is not registered")",
        mend: "asterisk -rx \"pjsip show endpoint \(endpoint.dropFirst(technology.count + 1))\" says more. "
          + "Until then its calls end with UNREACHABLE."
      )
    case .known:
      let state = isTrunk ? nil : device(target.dialString).flatMap(Self.words)
      return .ok(subject, "\(target.dialString)\(state.map { ": \($0)" } ?? (isTrunk ? ": the trunk is there" : ""))")
    case .unknown(let reason):
      return .warn(subject, "\(target.dialString): \(reason)", mend: "Load res_ari_endpoints.so, or ask again.")
    case nil: return .ok(subject, "\(target.dialString): not looked at")
    }
  }

  private func extensionFinding(_ exten: String, _ context: String, _ target: Target, _ subject: String) -> Finding {
    let answer = DialledPlace(target.dialString).question.flatMap { asterisk.function($0) }
    switch answer {
    case "0":
      return .fail(
        subject,
        "\(target.dialString): the dialplan has no extension \(exten) in [\(context)]",
        mend: "Compare with asterisk -rx \"dialplan show \(exten)@\(context)\""
      )
    case "1": return .ok(subject, "\(target.dialString): the extension is there")
    default: return .ok(subject, "\(target.dialString): not looked at")
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
