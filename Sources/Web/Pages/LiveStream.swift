internal import Transport

/// `/live`: what happens, as server-sent events, for as long as the viewer may see it.
struct LiveStream: Sendable {
  /// Each keeps a connection; one browser needs one.
  static let standardMost = 200

  private let open: OpenStreams

  init(most: Int = standardMost) { open = OpenStreams(most: most) }

  /// Nothing is kept for a viewer but the last revision that they have: one who is slow is told of several changes as one.
  func reply(for viewer: Viewer, from backend: any PageBackend) throws(Problem) -> HTTPServerReply {
    try open.reply { writer in
      do {
        try await writer.write("retry: 1000\n\n")
        var known: Int64?
        while let update = await backend.update(for: viewer, after: known) {
          try await writer.write(update.text)
          known = update.revision
        }
      } catch {
        // Who has gone, or does not keep up, comes back and is told everything.
      }
    }
  }
}

extension LiveUpdate {
  /// A line each; JSON has no line ends of its own.
  var text: String {
    let isEmpty = items.isEmpty && removed.isEmpty
    let kind = isWhole ? "snapshot" : isEmpty ? "alive" : "change"
    var data: [String: JSON] = ["now": .integer(now), "revision": .integer(revision)]
    if isWhole || !isEmpty {
      data["items"] = .object(items)
      data["removed"] = .array(removed.map(JSON.string))
    }
    return "event: \(kind)\ndata: \(JSON.object(data).serialized())\n\n"
  }
}
