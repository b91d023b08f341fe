package import Transfer

/// Everything that the conf files say, checked.
package struct Settings: Equatable, Sendable {
  package var general: GeneralSettings
  /// `[transfer]`: what holds for a target that says nothing else.
  package var transfer: TransferPolicy
  /// In file order, each with its own policy laid over `transfer`.
  package var targets: [Target]
  package var groups: [TargetGroup]
  /// In file order: the first that matches wins.
  package var rules: [DispatchRule]
  /// In file order, which is the order in which facts are shown.
  package var facts: [FactLabel]
  /// Nil: the summary is told as it was given.
  package var summaryModel: SummaryModel?
  package var tokens: [APIToken]
  package var webhooks: [Webhook]
  /// In file order: the first that fires decides.
  package var triggers: [Trigger]
  /// Those that are shipped and those of the conf file.
  package var languages: [Phrasebook]
  /// Other engines than espeak-ng.
  package var engines: [SpeechEngine]
  /// How the company's own words are said.
  package var pronunciations: Pronunciations
  /// What is no mistake and may still not be meant so, by file and line.
  package var warnings: [ConfMistake]

  /// In which words this language is spoken: its own, or those of the wider one.
  package func phrases(for language: LanguageTag) -> Phrasebook? { languages.phrases(for: language) }

  /// The choice of a target, as these settings make it.
  package var dispatch: DispatchRules {
    DispatchRules(targets: targets.map(\.name), groups: groups, rules: rules)
  }
}

/// `[general]`
package struct GeneralSettings: Equatable, Sendable {
  package var ariURL = ServerURL(isSecure: false, host: "", port: 0, path: "")
  package var ariUsername = ""
  package var ariPassword = Secret("")
  /// Empty: the system's authorities are believed.
  package var ariCAFile = ""
  /// The name of the Stasis app.
  package var app = ""
  package var httpBind = SocketAddress(host: "", port: 0)
  /// Empty, both of them: without TLS.
  package var httpCertificate = ""
  package var httpKey = ""
  package var httpOrigins: [String] = []
  /// The origin at which browsers reach the pages; empty: where the service listens.
  package var publicURL = ""
  package var httpRate = 0
  /// Where FastAGI is served, if it is.
  package var agiBind: SocketAddress?
  package var dataDirectory = ""
  package var soundsDirectory = ""
  /// The same folder as Asterisk sees it.
  package var soundsDirectoryInAsterisk = ""
  /// How long finished transfers stay in the journal; 0: for ever.
  package var keepDays = 0
  /// How long the journal knows what they were about; 0: as long as it knows them.
  package var keepWordsDays = 0
  /// How long the audit trail has a record of them; 0: for ever.
  package var keepAuditDays = 0
  /// A caller who is transferred again within so many days was not helped the first time.
  package var repeatCallDays = 7
  /// Whether the manager interface is told of each change of phase.
  package var managerEvents = true
  /// By whose clock the times of rules are meant where they do not say it.
  package var timeZone = TimeZoneTable.utc
  package var logLevel = LogLevel.info

  /// Empty: every default comes from the schema.
  init() {}
}

package enum LogLevel: String, Equatable, Sendable, CaseIterable {
  case debug, info, warning, error
}

/// Where Asterisk's HTTP server is.
package struct ServerURL: Equatable, Sendable, CustomStringConvertible {
  package var isSecure: Bool
  /// An IPv6 address stands without its brackets.
  package var host: String
  package var port: Int
  /// The `prefix` of http.conf: empty, or `/` and more without a `/` at its end.
  package var path: String

  package init(isSecure: Bool, host: String, port: Int, path: String) {
    self.isSecure = isSecure
    self.host = host
    self.port = port
    self.path = path
  }

  /// `http://127.0.0.1:8088`
  package var description: String { "\(isSecure ? "https" : "http")://\(authority)\(path)" }
  /// `ws://127.0.0.1:8088`
  package var webSocket: String { "\(isSecure ? "wss" : "ws")://\(authority)\(path)" }

  private var authority: String { SocketAddress(host: host, port: port).description }
}

/// Where a server listens.
package struct SocketAddress: Equatable, Sendable, CustomStringConvertible {
  /// A name or an address; an IPv6 address stands without its brackets.
  package var host: String
  package var port: Int

  package init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// `type = token`: somebody who may use the HTTP API.
package struct APIToken: Equatable, Sendable {
  package enum Scope: String, Equatable, Sendable, CaseIterable {
    case transfer, read, admin
  }

  package var name: String
  /// The SHA-256 of the token in 64 lower-case hexadecimal digits.
  package var sha256: String
  package var scopes: Set<Scope>
}
