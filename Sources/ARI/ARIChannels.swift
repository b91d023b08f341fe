import Transport

/// `/channels`
package struct ARIChannels: Sendable {
  let client: ARIClient

  /// What to ring, and how.
  package struct Origination: Equatable, Sendable {
    package var endpoint: String
    package var channelID: String
    /// Of the other half of a Local channel, which is in the dialplan; nil leaves it to Asterisk.
    package var otherChannelID: String?
    package var arguments: [String]
    /// `"name" <number>`; nil leaves it to Asterisk.
    package var callerID: String?
    /// When Asterisk ends the ringing by itself.
    package var timeout: Duration
    package var variables: [String: String]

    package init(
      endpoint: String,
      channelID: String,
      arguments: [String] = [],
      callerID: String? = nil,
      timeout: Duration = .seconds(30),
      variables: [String: String] = [:]
    ) {
      self.endpoint = endpoint
      self.channelID = channelID
      self.arguments = arguments
      self.callerID = callerID
      self.timeout = timeout
      self.variables = variables
    }
  }

  package func list() async throws(ARIError) -> [ARIChannel] {
    try await client.list("/channels") { json throws(ARIFormatError) in try ARIChannel(json) }
  }

  package func get(_ id: String) async throws(ARIError) -> ARIChannel {
    try await client.one("/channels/\(id)") { json throws(ARIFormatError) in try ARIChannel(json) }
  }

  /// The channel enters our application when it is answered.
  package func originate(_ origination: Origination) async throws(ARIError) {
    var query = [
      ("endpoint", origination.endpoint),
      ("channelId", origination.channelID),
      ("app", client.configuration.application),
      ("appArgs", origination.arguments.joined(separator: ",")),
      ("timeout", String(max(1, origination.timeout.components.seconds))),
    ]
    if let callerID = origination.callerID { query.append(("callerId", callerID)) }
    if let other = origination.otherChannelID { query.append(("otherChannelId", other)) }
    let variables = origination.variables.mapValues(JSON.string)
    try await client.request(
      .post,
      "/channels",
      query,
      body: variables.isEmpty ? nil : .object(["variables": .object(variables)])
    )
  }

  /// A channel that is in our application at once, and that rings nobody.
  package func create(_ id: String, endpoint: String) async throws(ARIError) {
    try await client.request(
      .post,
      "/channels/create",
      [("endpoint", endpoint), ("channelId", id), ("app", client.configuration.application)]
    )
  }

  package func answer(_ id: String) async throws(ARIError) {
    try await client.request(.post, "/channels/\(id)/answer")
  }

  package func hangUp(_ id: String, reason: String = "normal") async throws(ARIError) {
    try await client.request(.delete, "/channels/\(id)", [("reason", reason)])
  }

  /// A channel of its own that says what this one says; it enters our application.
  package func snoop(on id: String, as snoop: String, arguments: [String]) async throws(ARIError) {
    try await client.request(
      .post,
      "/channels/\(id)/snoop/\(snoop)",
      [
        ("spy", "in"), ("app", client.configuration.application),
        ("appArgs", arguments.joined(separator: ",")),
      ]
    )
  }

  /// What this channel says is not heard any more.
  package func mute(_ id: String) async throws(ARIError) {
    try await client.request(.post, "/channels/\(id)/mute", [("direction", "in")])
  }

  /// To another application. Whether there is one of that name is told by an event.
  package func move(_ id: String, to application: String, arguments: [String]) async throws(ARIError) {
    try await client.request(
      .post,
      "/channels/\(id)/move",
      [("app", application), ("appArgs", arguments.joined(separator: ","))]
    )
  }

  /// Out of the application, to this place in the dialplan.
  package func continueInDialplan(_ id: String, context: String, exten: String) async throws(ARIError) {
    try await client.request(
      .post,
      "/channels/\(id)/continue",
      [("context", context), ("extension", exten), ("priority", "1")]
    )
  }

  /// Out of the application, to the next priority of the dialplan.
  package func continueInDialplan(_ id: String) async throws(ARIError) {
    try await client.request(.post, "/channels/\(id)/continue")
  }

  package func startMusic(_ id: String, class name: String) async throws(ARIError) {
    try await client.request(.post, "/channels/\(id)/moh", [("mohClass", name)])
  }

  package func stopMusic(_ id: String) async throws(ARIError) {
    try await client.request(.delete, "/channels/\(id)/moh")
  }

  /// Several sounds have commas between them. The language is that in which they are looked for; nil: the channel's.
  package func play(
    _ media: String,
    to id: String,
    as playback: String,
    language: String? = nil
  ) async throws(ARIError) {
    try await client.playbacks.start(media, at: "/channels/\(id)/play/\(playback)", language)
  }

  /// All at once, also functions; one that is not set is empty. Their values are not looked into for others.
  package func variables(_ names: [String], of id: String) async throws(ARIError) -> [String: String] {
    // No value has a random number in it.
    let mark = "|\(String(UInt64.random(in: 0...UInt64.max), radix: 36))|"
    let question = names.map { "${\($0)}" }.joined(separator: mark)
    let answer = try await client.request(.get, "/channels/\(id)/variable", [("variable", "EVAL(\(question))")])
    let values = (answer["value"]?.string ?? "").split(separator: mark, omittingEmptySubsequences: false)
    guard values.count == names.count else {
      throw ARIError(
        kind: .unreadable(status: 200),
        operation: "GET /channels/{id}/variable",
        message: "not as many values as asked"
      )
    }
    return Dictionary(zip(names, values.map(String.init))) { first, _ in first }.filter { !$0.value.isEmpty }
  }

  package func set(
    _ name: String,
    to value: String,
    on id: String,
    within limit: Duration? = nil
  ) async throws(ARIError) {
    // In the body: Asterisk reads no more than 4 kB of a request's first line.
    try await client.request(
      .post,
      "/channels/\(id)/variable",
      body: .object(["variable": .string(name), "value": .string(value)]),
      within: limit
    )
  }

  /// In one request, but for values that would need more than quotes in a list.
  package func set(
    _ variables: [(name: String, value: String)],
    on id: String,
    within limit: Duration? = nil
  ) async throws(ARIError) {
    let plain = variables.filter { Self.isPlain($0.value) }
    let others = variables.filter { !Self.isPlain($0.value) }
    if plain.count == 1 { try await set(plain[0].name, to: plain[0].value, on: id, within: limit) }
    if plain.count > 1 {
      let names = plain.map(\.name).joined(separator: ",")
      let values = plain.map { $0.value.contains(",") ? "\"\($0.value)\"" : $0.value }.joined(separator: ",")
      try await set("ARRAY(\(names))", to: values, on: id, within: limit)
    }
    for (name, value) in others { try await set(name, to: value, on: id, within: limit) }
  }

  private static func isPlain(_ value: String) -> Bool {
    value.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: ","):
        true
      default: false
      }
    }
  }
}
