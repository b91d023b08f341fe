import ARI
import Runtime
import Transfer

/// One Asterisk, with the connections that belong to it alone.
struct PBX: Sendable {
  let name: PBXName
  let client: ARIClient
  let link: AsteriskLink
  let announcer: ManagerAnnouncer

  init(_ name: PBXName, _ client: ARIClient, log: Log) {
    self.name = name
    self.client = client
    link = AsteriskLink(to: name, over: client, log: log)
    announcer = ManagerAnnouncer(client, log)
  }
}
