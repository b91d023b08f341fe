package import Settings
import Transfer

/// The includes that a plain Asterisk needs, and which of them are there.
package struct Installation: Sendable {
  package static let usualFolder = "/etc/asterisk"

  private let folder: String
  private let configuration: String
  private let files: ConfFiles

  package init(in folder: String, configuration: String, files: ConfFiles) {
    self.folder = folder
    self.configuration = configuration
    self.files = files
  }

  private enum Included: String, CaseIterable {
    case http, ari, extensions, amd, musiconhold

    var file: String { "\(rawValue).conf" }
    var ours: String { "\(rawValue)_warm_transfer.conf" }
    /// If this file is gone, Asterisk still loads the rest.
    var line: String { "#tryinclude \(ours)" }

    /// The sections of our file, which may stand nowhere else.
    var sections: Set<String> {
      switch self {
      case .ari, .musiconhold: ["warm-transfer"]
      case .extensions: ["warm-transfer", "warm-transfer-agents", "wt-amd"]
      case .http, .amd: []
      }
    }

    var reload: String {
      switch self {
      case .http: #"asterisk -rx "module reload http""#
      case .ari: #"asterisk -rx "module reload res_ari.so""#
      case .extensions: #"asterisk -rx "dialplan reload""#
      case .amd: #"asterisk -rx "module load app_amd.so""#
      case .musiconhold: #"asterisk -rx "moh reload""#
      }
    }
  }

  private static let serviceRestart = "systemctl restart warm-transfer"

  /// The lines that are missing.
  package func plan() throws -> InstallPlan {
    let settings = try Settings.load(configuration, from: files)
    var plan = InstallPlan(folder, files)
    try refuseWhatIsNotPlain(plan)
    let server = try connectServer(&plan)
    if settings.general.ariUsername == "warm-transfer" {
      try include(.ari, &plan)
    } else {
      plan.remark("ari.conf: ari_username is '\(settings.general.ariUsername)': its account is yours to make")
    }
    try include(.extensions, &plan)
    if settings.general.app != "warm-transfer" {
      plan.remark("extensions.conf: set WT_APP = \(settings.general.app) in [globals], as app in the settings")
    }
    try makeDetectorLoad(&plan)
    if ([settings.transfer] + settings.targets.map(\.policy)).contains(where: { $0.holdMusic == "warm-transfer" }) {
      try include(.musiconhold, &plan)
    } else {
      plan.remark("musiconhold.conf: not needed, as no hold_music is 'warm-transfer'")
    }
    // Last, as the service is started again when Asterisk is ready for it.
    if !server.isReached(by: settings.general.ariURL) { try lead(settings, to: server, &plan) }
    return plan
  }

  /// What an earlier `--apply` wrote.
  package func removal() throws(InstallPlan.Refusal) -> InstallPlan {
    var plan = InstallPlan(folder, files)
    for part in Included.allCases {
      try plan.takeOut(of: plan.path(part.file), reload: part == .amd ? "" : part.reload)
    }
    try plan.takeOut(of: configuration, reload: Self.serviceRestart)
    let changed = Set(plan.changes.map(\.path))
    for part in Included.allCases where !changed.contains(plan.path(part.file)) {
      guard try plan.bytes(of: plan.path(part.file)) != nil else { continue }
      guard let place = read(part.file).include(of: part.ours) else { continue }
      plan.remark("\(place): not written by warm-transfer install; remove it by hand")
    }
    return plan
  }

  private func read(_ name: String) -> ConfStatements {
    ConfStatements.read("\(folder)/\(name)", in: folder, from: files)
  }

  /// FreePBX writes its files anew at each change.
  private func refuseWhatIsNotPlain(_ plan: InstallPlan) throws(InstallPlan.Refusal) {
    guard let dialplan = try plan.bytes(of: plan.path("extensions.conf")) else {
      throw .init(["\(plan.path("extensions.conf")) does not exist: is this the folder of Asterisk's conf files?"])
    }
    let isGenerated = String(decoding: dialplan, as: UTF8.self).contains("FreePBX")
    guard !isGenerated, files.expand(plan.path("extensions_additional.conf")).isEmpty else {
      throw .init([
        "\(plan.path("extensions.conf")) is written by FreePBX, which would overwrite what is added; include the "
          + "files of warm-transfer in its *_custom.conf files"
      ])
    }
  }

  private func include(_ part: Included, _ plan: inout InstallPlan) throws(InstallPlan.Refusal) {
    let path = plan.path(part.file)
    let before = try plan.bytes(of: path)
    let statements = before == nil ? nil : read(part.file)
    if let place = statements?.include(of: part.ours) {
      return plan.remark("\(part.file): nothing to do, \(place) includes it")
    }
    guard try plan.bytes(of: plan.path(part.ours)) != nil else {
      throw .init(["\(plan.path(part.ours)) does not exist; copy it from asterisk-conf"])
    }
    try check(part, statements)
    var lines = [part.line]
    // Our file adds to this section.
    let needsGeneral = part == .ari || part == .http
    if needsGeneral, statements?.sections.contains(where: { $0.name == "general" }) != true {
      lines = ["[general]"] + lines
    }
    try plan.append(lines, to: path, reload: part.reload)
  }

  /// What nobody can add to without knowing more.
  private func check(_ part: Included, _ statements: ConfStatements?) throws(InstallPlan.Refusal) {
    guard let statements else { return }
    var reasons = statements.unreadable.map(\.description)
    reasons += statements.openComments.map { "\($0): a ';--' comment is never closed, and would hide what is added" }
    for section in statements.sections where part.sections.contains(section.name) {
      reasons.append(
        "\(section.location): [\(section.name)] is there already; warm-transfer brings a section of that name"
      )
    }
    let general = statements.sections.filter { $0.name == "general" && !$0.options.split(separator: ",").contains("+") }
    if general.count > 1, part == .ari || part == .http {
      reasons.append("\(general[1].location): a second [general], which Asterisk does not read; join the two")
    }
    if part == .http, let place = statements.program {
      reasons.append("\(place): #exec: only Asterisk knows what it includes")
    }
    if !reasons.isEmpty { throw .init(reasons) }
  }

  /// A server that others use stays where it is.
  private func connectServer(_ plan: inout InstallPlan) throws(InstallPlan.Refusal) -> AsteriskServer {
    let path = plan.path(Included.http.file)
    let statements = try plan.bytes(of: path) == nil ? nil : read(Included.http.file)
    try check(.http, statements)
    let server = statements.map(AsteriskServer.init)
    if let server, server.serves, let place = server.location {
      let what = statements?.include(of: Included.http.ours) == nil ? "stays as it is" : "nothing to do"
      plan.remark("http.conf: \(what), the server is enabled (\(place)) at \(server.url)")
      return server
    }
    guard server?.isSecureToo != true else {
      throw .init(["\(path): the server is not enabled, but tlsenable is set: enable it yourself, or unset tlsenable"])
    }
    try include(.http, &plan)
    return AsteriskServer(try afterwards(plan))
  }

  /// http.conf as it will be.
  private func afterwards(_ plan: InstallPlan) throws(InstallPlan.Refusal) -> ConfStatements {
    let path = plan.path(Included.http.file)
    let after = plan.changes.first { $0.path == path }?.after ?? []
    let files = files
    let planned = ConfFiles { file, limit throws(ConfFiles.ReadError) in
      file == path ? after : try files.read(file, limit)
    } expand: {
      files.expand($0)
    }
    return ConfStatements.read(path, in: folder, from: planned)
  }

  private func lead(_ settings: Settings, to server: AsteriskServer, _ plan: inout InstallPlan) throws(InstallPlan
    .Refusal)
  {
    let written = ConfParser.parse(configuration, from: files).sections.first { $0.name == "general" }?.entry("ari_url")
    if let written {
      plan.remark(
        "\(written.location): ari_url is \(settings.general.ariURL), and Asterisk's server is at \(server.url)"
      )
    } else {
      try plan.append(["[general](+)", "ari_url = \(server.url)"], to: configuration, reload: Self.serviceRestart)
    }
  }

  /// app_amd loads only where there is an amd.conf, whatever stands in it.
  private func makeDetectorLoad(_ plan: inout InstallPlan) throws(InstallPlan.Refusal) {
    if try plan.bytes(of: plan.path(Included.amd.file)) == nil {
      try include(.amd, &plan)
    } else {
      plan.remark("amd.conf: nothing to do, it exists")
    }
  }
}
