import ARI
import Store
import Settings
import Transfer
import Transport
import Web

/// What `warm-transfer agents` tells: the targets of the conf file, what Asterisk knows of their phones, and what the
/// journal knows of their calls. The service need not run.
package struct AgentList: Sendable {
  private let agents: [AgentReport]

  /// Of the service with this conf file.
  package static func load(configuration: String) async throws -> AgentList {
    let settings = try Settings.load(configuration, from: .onDisk)
    let machines = try machines(in: settings.database)
    var connections = HTTPClient.Configuration()
    connections.tls = settings.ari.tls
    let people: People = try await HTTPClient.withClient(connections) { http in
      try await states(of: settings.targets, ARIClient(settings.ari, over: http))
    }
    return AgentList(settings.targets.map { AgentReport($0, on: .main, people, machines) })
  }

  init(_ agents: [AgentReport]) { self.agents = agents }

  /// Nil where there is nobody.
  package var table: Table? {
    agents.isEmpty ? nil : Table([["agent", "signed", "phone", "transfers"]] + agents.map(\.cells))
  }

  /// As the API shows them.
  package var json: String { JSON.object(["agents": .array(agents.map(\.json))]).serialized() }

  private static func machines(in database: any RecordDatabase) throws(JournalReport.Failure) -> [TransferID:
    TransferMachine]
  {
    do throws(JournalError) {
      let unfinished = try database.reader().unfinished().transfers.filter(\.isWhole)
      return Dictionary(unfinished.map { ($0.request.id, $0.replayed()) }) { first, _ in first }
    } catch {
      throw .unreadable("\(error)")
    }
  }

  private static func states(of targets: [Target], _ ari: ARIClient) async throws(ARIError) -> People {
    var people = People()
    for device in Set(targets.compactMap(DeviceState.device) + targets.map { DeviceState.sign(of: $0.name) }) {
      people.phones[.main, default: .init()].devices[device] = DeviceState(try await ari.deviceStates.get(device))
    }
    return people
  }
}

extension AgentReport {
  fileprivate var cells: [String] {
    let calls = calls.map { "\($0.transfer) \($0.phase.rawValue)" }
    return [
      name, isAvailable ? "on" : "off", device.rawValue, calls.isEmpty ? "-" : calls.joined(separator: ", "),
    ]
  }
}
