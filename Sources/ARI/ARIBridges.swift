import Transport

/// `/bridges`
package struct ARIBridges: Sendable {
  let client: ARIClient

  /// What kind of bridge. `mixing` stands first in every list that Asterisk is given.
  package enum Kind: String, Sendable {
    case holding
    /// Audio passes through Asterisk with each leg's own stream of packets. Plain `mixing` may hand the packets of
    /// one leg to the other as they are, and the jump in their numbers can silence a receiver for good.
    case proxied = "mixing,proxy_media"
    /// Asterisk mixes the sound even of two, and sends packets of its own to both. A bridge that can hand video round always
    /// does so; whoever has no video is not asked for any.
    case mixed = "mixing,video_sfu"
  }

  package func list() async throws(ARIError) -> [ARIBridge] {
    try await client.list("/bridges") { json throws(ARIFormatError) in try ARIBridge(json) }
  }

  /// A bridge of that id which exists already is as good as a new one.
  package func create(_ id: String, _ kind: Kind, name: String = "") async throws(ARIError) {
    try await client.request(.post, "/bridges/\(id)", [("type", kind.rawValue), ("name", name)])
  }

  package func destroy(_ id: String) async throws(ARIError) {
    try await client.request(.delete, "/bridges/\(id)")
  }

  package func add(_ channels: [String], to id: String) async throws(ARIError) {
    try await client.request(.post, "/bridges/\(id)/addChannel", [("channel", channels.joined(separator: ","))])
  }

  package func startMusic(_ id: String, class name: String) async throws(ARIError) {
    try await client.request(.post, "/bridges/\(id)/moh", [("mohClass", name)])
  }

  package func stopMusic(_ id: String) async throws(ARIError) {
    try await client.request(.delete, "/bridges/\(id)/moh")
  }

  /// As WAVE of 8 kHz, until it is stopped or the limit is reached.
  package func record(_ id: String, as recording: String, limit: Duration) async throws(ARIError) {
    try await client.request(
      .post,
      "/bridges/\(id)/record",
      [
        ("name", recording), ("format", "wav"), ("ifExists", "overwrite"),
        ("maxDurationSeconds", String(max(1, limit.components.seconds))),
      ]
    )
  }

  package func play(
    _ media: String,
    to id: String,
    as playback: String,
    language: String? = nil
  ) async throws(ARIError) {
    try await client.playbacks.start(media, at: "/bridges/\(id)/play/\(playback)", language)
  }
}
