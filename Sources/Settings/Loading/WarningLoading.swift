import Transfer

/// What loads and works, and is probably not meant so.
extension SettingsLoader {
  /// Those of other people's examples, which are tried first by whoever finds the port open.
  private static let knownPasswords: Set = [
    "secret", "secret123", "supersecret", "password", "passw0rd", "password1", "asterisk", "admin", "ari", "test",
    "default",
    "changeme", "letmein", "1234", "12345", "123456", "12345678",
  ]

  mutating func warn(aboutPasswordOf general: GeneralSettings, in section: ConfSection) {
    let password = general.ariPassword.exposed.lowercased()
    guard let entry = section.entry("ari_password") ?? section.entry("ari_password_file"), !password.isEmpty else {
      return
    }
    if Self.knownPasswords.contains(password) {
      warn(
        entry.location,
        "\(entry.key): '\(password)' is a password that everybody tries; choose your own, here and in ari.conf"
      )
    } else if password == general.ariUsername.lowercased() {
      warn(entry.location, "\(entry.key): the password is the user name; choose your own, here and in ari.conf")
    }
  }

  mutating func warn(about target: Target, in section: ConfSection) {
    guard let dial = section.entry("dial") else { return }
    if target.policy.lacksCallerID {
      warn(
        dial.location,
        "[\(section.name)] is never rung: require_caller_id = yes, and its caller_id is that of the caller; "
          + "set caller_id to a number of yours"
      )
    } else if target.policy.callerID == .ofTheCaller, let trunk = target.trunk {
      warn(
        dial.location,
        "[\(section.name)] shows the caller's own number to trunk \(quoted(trunk)), which many providers refuse; "
          + "set caller_id to a number of yours"
      )
    }
    let shown = target.policy.callback.callerID ?? target.policy.callerID
    if target.policy.callback.dial != nil, shown == .ofTheCaller {
      warn(
        dial.location,
        "[\(section.name)] calls callers back with their own number as caller ID; set callback_caller_id to one of yours"
      )
    }
    if target.policy.callsAtOnce > 1, target.isOnePhone {
      let entry = section.entry("calls_at_once") ?? dial
      warn(
        entry.location,
        "calls_at_once: [\(section.name)] is one phone, \(quoted(target.dialString)), which would be rung for "
          + "\(target.policy.callsAtOnce) callers at the same time"
      )
    }
  }

  /// They say how a web server is asked that there is not.
  mutating func warn(aboutDispatcherKeysOf section: ConfSection) {
    for entry in section.entries where entry.key.hasPrefix("dispatch_") && entry.key != "dispatch_url" {
      warn(entry.location, "\(entry.key): without dispatch_url it has no effect")
    }
  }
}

extension Target {
  /// By what a telephone number is reached that this target dials; nil where it dials none.
  fileprivate var trunk: String? {
    let parts = dialString.split(separator: "/").map(String.init)
    guard parts.count >= 2, !isRungByDialplan else { return nil }
    // PJSIP/+15551234@trunk
    if let at = parts[1].lastIndex(of: "@"), parts[1][..<at].isTelephoneNumber {
      return String(parts[1][parts[1].index(after: at)...])
    }
    // IAX2/trunk/15551234, DAHDI/g1/15551234
    return parts.count == 3 && parts[2].isTelephoneNumber ? parts[1] : nil
  }

  /// `PJSIP/alice`: no number behind it, and no dialplan that could lead on to others.
  fileprivate var isOnePhone: Bool {
    dialString.split(separator: "/").count == 2 && !dialString.contains("@") && !isRungByDialplan
  }
}

extension StringProtocol {
  fileprivate var isTelephoneNumber: Bool {
    let digits = first == "+" ? dropFirst() : self[...]
    return digits.count >= 3 && digits.allSatisfy { $0.isASCIIDigit || $0 == "*" || $0 == "#" }
  }
}
