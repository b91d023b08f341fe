package import Foundation
import Synchronization

/// Two Asterisks on loopback: the PBX under test, and the far end with the callers and the agents' phones.
///
/// Start it once for a whole suite: calls do not disturb each other.
package final class Lab: Sendable {
  package let pbx: AsteriskInstance
  package let farEnd: AsteriskInstance
  let happenings = Happenings()
  private let directory: RunDirectory
  private let ports: PortBlock
  private let calls = Atomic(0)

  private static let music = Wave.bytes(of: Tones.music(seconds: 60))

  package static func start() async throws -> Lab {
    let installation = try AsteriskInstallation.find()
    let lab = try Lab(installation)
    do {
      async let pbx: Void = lab.pbx.start()
      async let farEnd: Void = lab.farEnd.start()
      async let greetings: Void = Greeting.speakAll(into: lab.farEnd.directory.appendingPathComponent("sounds"))
      _ = try await (pbx, farEnd, greetings)
    } catch {
      try lab.keepFiles()
      lab.stop()
      throw error
    }
    return lab
  }

  /// The lab lives as long as the body.
  package static func with<R>(_ body: (Lab) async throws -> R) async throws -> R {
    let lab = try await start()
    defer { lab.stop() }
    return try await body(lab)
  }

  private init(_ installation: AsteriskInstallation) throws {
    let ports = try PortBlock.claim()
    let directory = try RunDirectory.make(in: installation.runs)
    let happenings = happenings
    let password = UUID().uuidString
    let instance = { (name: AsteriskInstance.Name) in
      AsteriskInstance(
        name,
        in: directory.url,
        ports: ports.ports(of: name),
        password: password,
        installation: installation,
        happenings: happenings
      )
    }
    self.ports = ports
    self.directory = directory
    self.pbx = instance(.pbx)
    self.farEnd = instance(.farEnd)
    try write(installation)
  }

  package var ariURL: String { "http://127.0.0.1:\(pbx.ports.http)" }
  package var ariUsername: String { "warm-transfer" }
  package var ariPassword: String { pbx.password }
  /// For briefings: as this process sees it, and as the PBX does (`sounds_dir_in_asterisk`).
  package var soundsDirectory: URL { pbx.directory.appendingPathComponent("sounds") }
  package var soundsDirectoryInAsterisk: String { pbx.directoryInAsterisk + "/sounds" }
  /// Logs, conf files and recordings of this run.
  package var files: URL { directory.url }

  /// A caller rings the PBX. The variables are the channel's own before it enters the shipped dialplan; the name is
  /// what the caller's phone says, of 300 characters at most. A caller who withholds the number is known to the trunk alone.
  /// A provider's trunk is what the far end dials: `PJSIP/+18005551212@twilio`. Without a number they get one that nobody
  /// else has.
  package func call(
    _ exten: String = "5000",
    from number: String? = nil,
    variables: [String: String] = [:],
    name: String? = nil,
    withholdsNumber: Bool = false,
    through trunk: String? = nil,
    platformHeaders headers: [String: String] = [:]
  ) async throws -> Call {
    let count = calls.wrappingAdd(1, ordering: .relaxed).newValue
    let leg = Leg(id: "caller-\(number ?? "")\(count)", lab: self)
    let number = number ?? "555\(1_000_000 + count)"
    for (name, value) in headers {
      try await farEnd.manager().send("DBPut", ["Family": "platform/\(number)", "Key": name, "Val": value])
    }
    let pbxManager = try pbx.manager()
    let names = name.map { ["NAME_1": String($0.prefix(150)), "NAME_2": String($0.dropFirst(150))] } ?? [:]
    for (key, value) in variables.merging(names, uniquingKeysWith: { $1 }) where !value.isEmpty {
      try await pbxManager.send("DBPut", ["Family": "call/\(number)", "Key": key, "Val": value])
    }
    try await farEnd.manager().send(
      "Originate",
      [
        "Channel": trunk ?? "PJSIP/\(exten)@pbx", "Context": "caller", "Exten": "s", "Priority": "1", "Async": "true",
        "CallerID": "\"Caller \(number.suffix(3))\" <\(number)>", "Timeout": "10000",
        "Variable": "LEG=\(leg.id)" + (withholdsNumber ? ",PJSIP_HEADER(add\\,Privacy)=id" : ""),
      ]
    )
    return Call(number: number, leg: leg, lab: self)
  }

  /// What the person at `PJSIP/phone1`, `phone2` or `phone3` does from now on (accept-500-3000).
  package func phone(_ name: String, does: String) async throws {
    try await farEnd.manager().send("DBPut", ["Family": "phone", "Key": name, "Val": does])
  }

  /// The phone of a person, by the name at the end of its SIP user (accept-500-3000-alice).
  package func agent(named name: String, within limit: Duration = .seconds(10)) async throws -> Leg {
    try await agent("agent named \(name)", within: limit) { $0["User"]?.hasSuffix("-" + name) == true }
  }

  /// All agents' phones that have been rung so far.
  package var agents: [Leg] {
    happenings.all.filter { $0["UserEvent"] == "LabLeg" && $0["What"] == "ringing" }.compactMap(leg)
  }

  func agent(
    _ what: String,
    within limit: Duration,
    where fits: @escaping @Sendable (ManagerMessage) -> Bool
  ) async throws -> Leg {
    let ringing = try await happenings.first(what, within: limit) {
      $0["UserEvent"] == "LabLeg" && $0["What"] == "ringing" && fits($0)
    }
    return Leg(id: ringing["Leg"] ?? "", lab: self)
  }

  /// What is still up, channels and bridges of the PBX by name; empty as it should be after the last call.
  package func leftovers(within limit: Duration = .seconds(3)) async throws -> [String] {
    let deadline = ContinuousClock.now + limit
    while true {
      let found = try await pbx.channels().map(\.name) + pbx.bridges()
      if found.isEmpty || ContinuousClock.now > deadline { return found }
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  /// Throws away what is known and recorded of calls that are over, as thousands of them need: none may be up.
  package func forgetCalls() throws {
    happenings.forget()
    let heard = farEnd.directory.appendingPathComponent("heard")
    for name in try FileManager.default.contentsOfDirectory(atPath: heard.path) {
      try FileManager.default.removeItem(at: heard.appendingPathComponent(name))
    }
  }

  /// Leaves logs and recordings where they are when the lab stops.
  package func keepFiles() throws { try directory.keepFiles() }

  /// When it returns both Asterisks are dead and their files gone.
  package func stop() { directory.remove() }

  private func leg(_ message: ManagerMessage) -> Leg? { message["Leg"].map { Leg(id: $0, lab: self) } }

  private func write(_ installation: AsteriskInstallation) throws {
    for (instance, other) in [(pbx, farEnd), (farEnd, pbx)] {
      let values = [
        "DIR": instance.directoryInAsterisk, "MODULES": installation.modules, "PASSWORD": instance.password,
        "AMI_PORT": "\(instance.ports.manager)", "HTTP_PORT": "\(instance.ports.http)",
        "SIP_PORT": "\(instance.ports.sip)", "OTHER_SIP_PORT": "\(other.ports.sip)",
        "RTP_FIRST": "\(instance.ports.rtp.lowerBound)", "RTP_LAST": "\(instance.ports.rtp.upperBound)",
      ]
      try InstanceFiles(directory: instance.directory, values: values).write(for: instance.name)
    }
    try Self.music.write(to: pbx.directory.appendingPathComponent("moh/music.wav"))
  }
}
