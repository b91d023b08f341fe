import Settings
import Transfer

/// What is to be said of an Asterisk that answers.
struct AsteriskFindings {
  /// Those that this has been tried with.
  private static let triedVersions = ["18", "20", "21", "22", "23"]
  private static let plentyOfSessions = 200
  private static let shortestPatience = 1_000
  /// Of 32,767: quieter than any music.
  private static let audible = 50

  private let settings: Settings
  private let asterisk: AsteriskPicture
  private let service: Picture.Service

  init(_ settings: Settings, _ asterisk: AsteriskPicture, _ service: Picture.Service) {
    self.settings = settings
    self.asterisk = asterisk
    self.service = service
  }

  var all: [Finding] {
    [version, application].compactMap { $0 } + modules + limits + dialplan + [detector].compactMap { $0 } + music
      + [sounds] + prompts + TargetFindings(settings, asterisk).all
  }

  private var version: Finding {
    let url = settings.general.ariURL.description
    let shown = asterisk.version.prefix(60)
    let major = asterisk.version.drop { !$0.isASCII || !$0.isNumber }.prefix { $0.isASCII && $0.isNumber }
    if Self.triedVersions.contains(String(major)), asterisk.version.hasPrefix(major) {
      return .ok("asterisk", "\(shown) at \(url)")
    }
    let tried = Self.triedVersions.joined(separator: ", ")
    return .warn(
      "asterisk",
      "\(shown.isEmpty ? "a version without a name" : shown) at \(url): not tried with this version",
      mend: "It has been tried with Asterisk \(tried). Make a test call: warm-transfer doctor --call TARGET"
    )
  }

  /// Under our name, while no service of this machine runs.
  private var application: Finding? {
    let name = settings.general.app
    if case .known(let global) = asterisk.dialplansApplication, (global.isEmpty ? "warm-transfer" : global) != name {
      return .fail(
        "app",
        "app is '\(name)', and the dialplan sends callers to '\(global.isEmpty ? "warm-transfer" : global)'",
        mend: "Set WT_APP = \(name) in [globals] of extensions.conf, or app to what is there; then dialplan reload."
      )
    }
    guard asterisk.hasApplication == .known(true), service == .notRunning else { return nil }
    return .warn(
      "app",
      "another client is connected as '\(name)'",
      mend: "Two services take the app from each other: give each its own app, data_dir and ports."
    )
  }

  private var modules: [Finding] {
    guard let running = asterisk.modules.value else {
      return [.warn("modules", "unknown: \(asterisk.modules.reason)", mend: "Load res_ari_asterisk.so.")]
    }
    func missing(_ names: [String]) -> [String] { names.filter { !running.contains($0 + ".so") } }
    let needed = missing(AsteriskModules.needed(settings))
    var findings: [Finding] = []
    if needed.isEmpty {
      findings.append(.ok("modules", "all that is needed is loaded"))
    } else {
      findings.append(
        .fail("modules", "not loaded: \(needed.joined(separator: ", "))", mend: Self.loading(needed))
      )
    }
    let reports = missing(AsteriskModules.forReports)
    if !reports.isEmpty {
      findings.append(
        .warn("modules", "not loaded, for reports: \(reports.joined(separator: ", "))", mend: Self.loading(reports))
      )
    }
    let own = missing(AsteriskModules.forTheDoctor)
    if !own.isEmpty {
      let text = "not loaded, so doctor sees less: \(own.joined(separator: ", "))"
      findings.append(.warn("modules", text, mend: Self.loading(own)))
    }
    return findings
  }

  private static func loading(_ names: [String]) -> String {
    "Load each: asterisk -rx \"module load \(names[0]).so\". With autoload = no it also belongs in modules.conf; "
      + "it may be in another package of your distribution."
  }

  private var limits: [Finding] {
    guard let functions = asterisk.functions.value else {
      return [
        .fail(
          "ari",
          "cannot make a test channel: \(asterisk.functions.reason)",
          mend: "If it says 403, this user is read_only in ari.conf; otherwise Asterisk's log says why."
        )
      ]
    }
    // That the module is missing is said among the modules.
    guard asterisk.runs("func_config") == true else { return [] }
    guard asterisk.showsFiles else {
      return [
        .warn(
          "http",
          "Asterisk does not show its conf files",
          mend:
            "Compare sessionlimit in http.conf and websocket_write_timeout in ari.conf with the files that are shipped."
        )
      ]
    }
    return [sessions(functions), patience(functions), passwordFormat(functions)].compactMap { $0 }
  }

  private func sessions(_ functions: [String: String]) -> Finding {
    let limit = functions[FunctionQuestions.sessionLimit].flatMap { Int($0) } ?? 100
    guard limit < Self.plentyOfSessions else { return .ok("http", "sessionlimit is \(limit)") }
    return .warn(
      "http",
      "sessionlimit in http.conf is \(limit), open WebSockets included; Asterisk closes what comes beyond without a word",
      mend: "Set sessionlimit = 500 in http.conf, then asterisk -rx \"module reload http\""
    )
  }

  private func patience(_ functions: [String: String]) -> Finding {
    let limit = functions[FunctionQuestions.writeTimeout].flatMap { Int($0) } ?? 100
    guard limit < Self.shortestPatience else { return .ok("ari", "websocket_write_timeout is \(limit) ms") }
    return .warn(
      "ari",
      "websocket_write_timeout in ari.conf is \(limit) ms: on a busy machine Asterisk cuts the service off",
      mend: "Set websocket_write_timeout = 5000 in ari.conf, then asterisk -rx \"module reload res_ari.so\""
    )
  }

  private func passwordFormat(_ functions: [String: String]) -> Finding? {
    guard functions[FunctionQuestions.passwordFormat(settings.general.ariUsername)] == "crypt" else { return nil }
    return .warn(
      "ari",
      "password_format = crypt: Asterisk hashes the password on every request",
      mend: "Use password_format = plain for this user in ari.conf, and keep the file unreadable for others."
    )
  }
}

/// What callers go through.
extension AsteriskFindings {
  private var dialplan: [Finding] {
    // That this cannot be asked is said elsewhere.
    let missing = FunctionQuestions.contexts.filter { asterisk.function(FunctionQuestions.context($0)) == "0" }
    guard asterisk.function(FunctionQuestions.context(FunctionQuestions.contexts[0]))?.isEmpty == false else {
      return []
    }
    guard let first = missing.first else { return [.ok("dialplan", "has the contexts that are shipped")] }
    let text = "has no context \(missing.map { "[\($0)]" }.joined(separator: ", "))"
    let mend =
      missing.count == FunctionQuestions.contexts.count
      ? "#include extensions_warm_transfer.conf in extensions.conf, then asterisk -rx \"dialplan reload\". "
        + "warm-transfer install does both for you to look at."
      : "Copy the extensions_warm_transfer.conf of this version to /etc/asterisk, then asterisk -rx \"dialplan reload\"."
    let isNeeded = missing.contains("warm-transfer") || first == "wt-amd" && usesDetector
    return [isNeeded ? .fail("dialplan", text, mend: mend) : .warn("dialplan", text, mend: mend)]
  }

  private var usesDetector: Bool { settings.policiesOfLegs.contains { $0.machineDetection != .off } }

  private var detector: Finding? {
    guard usesDetector, let runs = asterisk.runs(AsteriskModules.detector) else { return nil }
    if runs { return .ok("amd", "answering machine detection is loaded") }
    return .fail(
      "amd",
      "app_amd is not loaded: answering machines are not recognised",
      mend: "It needs an amd.conf: copy amd_warm_transfer.conf to /etc/asterisk/amd.conf if there is none, then "
        + "asterisk -rx \"module load app_amd.so\". Or set amd = off."
    )
  }

  private var music: [Finding] { settings.musicClasses.map(music) }

  private func music(_ name: String) -> Finding {
    let mode = asterisk.showsFiles ? asterisk.function(FunctionQuestions.music(name)) : nil
    let isInDatabase = asterisk.function(FunctionQuestions.musicInDatabase)?.isEmpty == false
    let isMissing = mode == "" && !isInDatabase
    let mend =
      mode == "custom"
      ? "Run its application (asterisk -rx \"moh show classes\") as Asterisk's user: it must write sound of 8 kHz, 16 bit, "
        + "mono to its standard output, and go on."
      : "Compare with asterisk -rx \"moh show classes\", which leaves out classes without files; on Debian: "
        + "apt install asterisk-moh-opsound-wav"
    switch asterisk.music[name] {
    case .known(let peak) where peak < Self.audible:
      return .fail("music", "class '\(name)' is silent: callers on hold hear nothing", mend: mend)
    case .known where isMissing:
      return .warn(
        "music",
        "there is no class '\(name)' in musiconhold.conf: callers hear Asterisk's default",
        mend: mend
      )
    case .known: return .ok("music", "class '\(name)' is heard")
    case .unknown, nil:
      if isMissing { return .fail("music", "there is no class '\(name)' in musiconhold.conf", mend: mend) }
      if let folder = asterisk.emptyMusicFolders[name] {
        return .fail("music", "class '\(name)' has no files in \(folder): callers on hold hear nothing", mend: mend)
      }
      let reason = asterisk.music[name].map { ": \($0.reason)" } ?? ""
      return mode == nil
        ? .warn("music", "class '\(name)' could not be tried\(reason)", mend: mend)
        : .ok("music", "class '\(name)' is in musiconhold.conf; it was not listened to\(reason)")
    }
  }

  /// One line for all that are there.
  private var prompts: [Finding] {
    let all = settings.recordedPrompts
    let missing = all.filter { asterisk.prompts[$0] == .known(false) }
    let found = all.filter { asterisk.prompts[$0] == .known(true) }
    let good = found.isEmpty ? [] : [Finding.ok("prompts", "Asterisk plays \(found.count.of("recorded prompt"))")]
    return good
      + missing.map { prompt in
        .fail(
          "prompts",
          "Asterisk has no sound:\(prompt.name) for language \(prompt.language): it is left out",
          mend: "Put the file into Asterisk's folder of sounds, in the subfolder of the language or beside those, in a "
            + "format that it reads."
        )
      }
  }

  private var sounds: Finding {
    let folder = settings.general.soundsDirectory
    let inAsterisk = settings.general.soundsDirectoryInAsterisk
    let name = inAsterisk == folder ? folder : "\(folder) (\(inAsterisk) in Asterisk)"
    switch asterisk.sound {
    case .known(.played): return .ok("sounds", "Asterisk plays what lies in \(name)")
    case .known(.failed):
      return .fail(
        "sounds",
        "Asterisk cannot play what lies in \(name): nobody would hear a message",
        mend: "Asterisk's user must be able to enter the folder and all above it: sudo -u asterisk ls \(folder). "
          + "The service belongs in Asterisk's group. In a container or chroot set sounds_dir_in_asterisk."
      )
    case .known(.endless):
      return .fail(
        "sounds",
        "Asterisk began to play a file and never ended",
        mend: "Is a timing module loaded (res_timing_timerfd.so)? Asterisk's log says more."
      )
    case .unknown(let reason):
      return .warn(
        "sounds",
        "\(name) was not tried: \(reason)",
        mend: "Start the service once, and run doctor as root."
      )
    }
  }
}

extension Answer {
  var reason: String { if case .unknown(let reason) = self { reason } else { "" } }
}
