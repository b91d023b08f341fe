import ARI
import Settings
import Transfer
import Transport

/// What a picture means. Nothing here asks anybody.
enum Findings {
  static func all(_ settings: Settings, _ conf: String, _ picture: Picture) -> [Finding] {
    let here = [configuration(settings, conf), service(picture.service)]
    let around = [journal(picture)].compactMap { $0 } + voices(picture) + engines(picture) + servers(picture)
    switch picture.asterisk {
    case .away(let kind, let words): return here + [away(kind, words, settings.general)] + around
    case .answering(let asterisk): return here + AsteriskFindings(settings, asterisk, picture.service).all + around
    }
  }

  private static func configuration(_ settings: Settings, _ conf: String) -> Finding {
    let warnings = settings.warnings.count
    guard warnings == 0 else {
      return .warn(
        "settings",
        "\(conf): \(warnings.of("warning"))",
        mend: "Run: warm-transfer check --config \(conf)"
      )
    }
    guard !settings.targets.isEmpty else {
      return .warn("settings", "\(conf) has no target: nobody can be rung", mend: "Add a section of type = target.")
    }
    return .ok("settings", "\(conf): \(settings.targets.count.of("target")), \(settings.rules.count.of("rule"))")
  }

  private static func service(_ service: Picture.Service) -> Finding {
    switch service {
    case .notRunning:
      .warn("service", "not running: callers come straight back", mend: "Start it: systemctl start warm-transfer")
    case .hidden(let reason):
      .warn("service", "cannot be asked: \(reason)", mend: "Run doctor as root or as the service's user.")
    case .running(let troubles) where troubles.isEmpty: .ok("service", "running and ready")
    case .running(let troubles):
      .fail(
        "service",
        "running, not ready: \(troubles.joined(separator: ", "))",
        mend: "Its log says more: journalctl -u warm-transfer"
      )
    }
  }

  private static func journal(_ picture: Picture) -> Finding? {
    switch picture.journal {
    case .known: .ok("journal", "readable")
    // A service that runs has just said how its journal is.
    case .unknown where picture.service != .notRunning: nil
    case .unknown(let reason):
      .warn(
        "journal",
        "cannot be read: \(reason)",
        mend: "The service makes it at its first start. If it has run before, look at data_dir, as root."
      )
    }
  }

  private static func voices(_ picture: Picture) -> [Finding] {
    let broken = picture.voices.sorted { $0.key < $1.key }.compactMap { name, answer in
      if case .unknown(let reason) = answer { "\(name): \(reason)" } else { nil }
    }
    guard broken.isEmpty else {
      let mend = "Correct voice in the settings (espeak-ng --voices lists them), or install espeak-ng-data."
      return broken.map { .fail("speech", $0, mend: mend) }
    }
    return [.ok("speech", "espeak-ng has the voice \(picture.voices.keys.sorted().joined(separator: ", "))")]
  }

  private static func engines(_ picture: Picture) -> [Finding] {
    picture.engines.sorted { $0.key < $1.key }.map { name, answer in
      switch answer {
      case .known(let time) where time > TestSentence.comfortable:
        .warn(
          "speech",
          "voice '\(name)' takes \(time.milliseconds) ms for a sentence: briefings are often spoken by espeak-ng",
          mend: "Use a smaller model or a faster machine."
        )
      case .known(let time): .ok("speech", "voice '\(name)' takes \(time.milliseconds) ms for a sentence")
      case .unknown(let reason):
        .warn(
          "speech",
          "voice '\(name)': \(reason); espeak-ng speaks in its place",
          mend: "Try its command or url by hand, as the service's user."
        )
      }
    }
  }

  private static func servers(_ picture: Picture) -> [Finding] {
    picture.servers.sorted { $0.key < $1.key }.map { address, answer in
      switch answer {
      case .known(let status): .ok("web", "\(address) answers (HTTP \(status))")
      case .unknown(let reason):
        .warn("web", "\(address): \(reason)", mend: "Try it from this machine: curl -I \(address)")
      }
    }
  }
}

/// Nobody answers as an Asterisk does.
extension Findings {
  private static func away(_ kind: ARIError.Kind, _ words: String, _ general: GeneralSettings) -> Finding {
    let url = general.ariURL.description
    let (text, mend): (String, String) =
      switch kind {
      case .unauthorized:
        (
          "\(url) rejects user '\(general.ariUsername)'",
          "ari_username and ari_password must be those of a user in ari.conf: asterisk -rx \"ari show users\". "
            + "After a change there: asterisk -rx \"module reload res_ari.so\""
        )
      case .notFound, .unreadable(status: 404):
        (
          "\(url) answers, but has no ARI",
          "Set enabled = yes in ari.conf, load res_ari.so, and look whether http.conf sets a prefix, which ari_url needs too."
        )
      case .unreadable: ("\(url) is no Asterisk", "Correct ari_url: it names another web server.")
      case .refused(let status):
        ("\(url) answers HTTP \(status)", "Asterisk's log says why; is there a proxy in between?")
      case .conflict: ("\(url): \(words)", "Asterisk's log says why.")
      case .unanswered(let failure): unanswered(failure, words, url, general)
      }
    return .fail("asterisk", text, mend: mend + " The rest of Asterisk was not looked at.")
  }

  private static func unanswered(
    _ kind: HTTPError.Kind,
    _ words: String,
    _ url: String,
    _ general: GeneralSettings
  ) -> (String, String) {
    switch kind {
    case .couldNotResolve:
      ("'\(general.ariURL.host)' has no address", "Correct the host in ari_url, or add it to /etc/hosts.")
    case .couldNotConnect:
      (
        "nothing listens at \(url)",
        "Does Asterisk run? Compare with asterisk -rx \"http show status\": enabled, bindaddr and bindport in http.conf. "
          + "Where warm-transfer is new: warm-transfer install."
      )
    case .timedOut:
      (
        "\(url) does not answer in time",
        "Is there a firewall in between? Does asterisk -rx \"core show uptime\" answer?"
      )
    case .tls:
      (
        "no TLS connection to \(url): \(words)",
        "Set ari_ca_file to the CA of Asterisk's certificate, use the name that it is for, or http where tlsenable = no."
      )
    case .closed, .protocolViolation:
      (
        "\(url) closes the connection without an answer",
        "sessionlimit in http.conf may be used up; or the port is that of another service, or of https."
      )
    case .tooLarge, .overloaded, .cancelled, .invalidRequest, .system: ("\(url): \(words)", "Correct ari_url.")
    }
  }
}

extension Int {
  /// `1 target`, `2 targets`
  package func of(_ thing: String) -> String { "\(self) \(thing)\(self == 1 ? "" : "s")" }
}
