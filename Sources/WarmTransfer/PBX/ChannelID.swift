import ARI
import Transfer

/// A channel among those of all Asterisks.
struct ChannelID: Hashable, Sendable {
  let pbx: PBXName
  /// Asterisk's own.
  let id: String

  init(_ id: String, on pbx: PBXName) {
    self.pbx = pbx
    self.id = id
  }
}

extension ARIChannel {
  func id(on pbx: PBXName) -> ChannelID { ChannelID(id, on: pbx) }
}
