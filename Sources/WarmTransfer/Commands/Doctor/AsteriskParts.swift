import Settings
import Transfer

/// The modules of Asterisk without which something of this does not work.
enum AsteriskModules {
  /// Whatever the settings say.
  static let always = [
    "res_http_websocket", "res_ari", "res_ari_applications", "res_ari_asterisk", "res_ari_bridges", "res_ari_channels",
    "res_ari_device_states", "res_ari_events", "res_ari_playbacks", "res_stasis", "res_stasis_answer",
    "res_stasis_device_state", "res_stasis_playback", "app_exec", "app_stack", "app_stasis", "app_verbose",
    "bridge_simple", "bridge_softmix", "chan_bridge_media", "format_wav", "func_devstate",
    "func_dialplan", "func_logic", "func_strings", "func_timeout", "res_musiconhold",
  ]

  /// For reports alone: calls go on without.
  static let forReports = ["app_userevent", "func_cdr"]
  /// So that this program can look.
  static let forTheDoctor = ["func_config", "res_ari_endpoints", "res_ari_recordings", "res_stasis_recording"]

  static let detector = "app_amd"

  /// But for the detector, which has a cause and a line of its own.
  static func needed(_ settings: Settings) -> [String] {
    let legs = settings.policiesOfLegs
    let conditional: [(String, Bool)] = [
      ("res_stasis_snoop", legs.contains { $0.machineDetection != .off }),
      ("app_waitforsilence", legs.contains { $0.voicemailMessage != .empty }),
      ("app_voicemail", settings.policies.contains { $0.onFailure == .voicemail && !$0.mailbox.isEmpty }),
      ("res_ari_recordings", settings.policies.contains(where: \.takesMessages)),
      ("res_stasis_recording", settings.policies.contains(where: \.takesMessages)),
      ("res_agi", settings.general.agiBind != nil),
    ]
    return always + conditional.filter(\.1).map(\.0)
  }
}

/// What dialplan functions are asked on a test channel. Each is written as Asterisk evaluates it.
enum FunctionQuestions {
  static let contexts = ["warm-transfer", "wt-amd", "wt-connected-line", "wt-doctor"]
  /// Set wherever HTTP is on, so that an empty answer means that Asterisk does not show its files.
  static let httpIsOn = configuration("http.conf", "general", "enabled")
  static let sessionLimit = configuration("http.conf", "general", "sessionlimit")
  static let writeTimeout = configuration("ari.conf", "general", "websocket_write_timeout")
  static let musicInDatabase = configuration("extconfig.conf", "settings", "musiconhold")

  static func context(_ name: String) -> String { "DIALPLAN_EXISTS(\(name),s,1)" }
  static func music(_ name: String) -> String { configuration("musiconhold.conf", name, "mode") }
  static func musicFolder(_ name: String) -> String { configuration("musiconhold.conf", name, "directory") }
  static let dataFolder = configuration("asterisk.conf", "directories", "astdatadir")
  static func passwordFormat(_ user: String) -> String { configuration("ari.conf", user, "password_format") }

  /// Of several lines with the same key the last counts.
  private static func configuration(_ file: String, _ section: String, _ key: String) -> String {
    "AST_CONFIG(\(file),\(section),\(key),-1)"
  }

  /// Only what Asterisk has functions for: it writes an error into its log for each that it does not know.
  static func all(_ settings: Settings, _ modules: Set<String>) -> [String] {
    var questions: [String] = []
    if modules.contains("func_dialplan.so") {
      questions += contexts.map(context) + settings.targets.compactMap { DialledPlace($0.dialString).question }
    }
    if modules.contains("func_config.so") {
      questions += [httpIsOn, sessionLimit, writeTimeout, musicInDatabase] + settings.musicClasses.map(music)
      questions += [dataFolder] + settings.musicClasses.map(musicFolder)
      let user = settings.general.ariUsername
      if user.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }) {
        questions.append(passwordFormat(user))
      }
    }
    var seen: Set<String> = []
    return questions.filter { seen.insert($0).inserted }
  }
}

extension Settings {
  /// `[transfer]`, and those of the targets.
  var policies: [TransferPolicy] { [transfer] + targets.map(\.policy) }

  /// Of those who may be rung; those whom a dispatcher names by their number have that of `[transfer]`.
  var policiesOfLegs: [TransferPolicy] {
    let dialsOthers = rules.contains { $0.dispatcher?.dialPattern != nil }
    return targets.map(\.policy) + (dialsOthers || targets.isEmpty ? [transfer] : [])
  }

  /// The classes that callers may hear, sorted.
  var musicClasses: [String] { Set(policies.map(\.holdMusic)).sorted() }
}
