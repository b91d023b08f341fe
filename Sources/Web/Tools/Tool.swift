internal import Transfer
internal import Transport

/// A function that a language model may call.
struct Tool: Sendable {
  let name: String
  let title: String
  /// For the model.
  let description: String
  /// The same call again does nothing more.
  var isReadOnly = false
  let access: Set<AccessScope>
  var forCalls = CallAccess.thatCall
  /// All but the channel.
  let arguments: @Sendable (TransferOffer) -> [Shape.Member]
  /// Whether it is about a call that has to be named.
  var needsChannel = false
  let run: @Sendable (APICall) async throws(Problem) -> JSON

  /// Where whoever asks stands for one call, the channel is that of the call.
  func parameters(_ offer: TransferOffer, naming channel: Bool) -> [Shape.Member] {
    (needsChannel && channel ? [Self.channel] : []) + arguments(offer)
  }

  private static let channel = Shape.Member.needed(
    "channel",
    .text(OrderShapes.channel),
    "The caller's channel, as the instructions name it."
  )

  func isFor(_ call: APICall) -> Bool {
    guard call.onlyCall == nil || forCalls != .nothing else { return false }
    return access.contains(where: call.may)
  }
}

// MARK: - The tools

extension Tool {
  static let all = [transferToHuman, getTransfer, cancelTransfer, listDepartments, listMessages, markMessage]

  private static let id = Shape.Member.needed(
    "id",
    .text(TextShape(1...32, .letterOrDigit)),
    "The transfer's id, as transfer_to_human answers it."
  )

  private static let transferToHuman = Tool(
    name: "transfer_to_human",
    title: "Transfer the caller to a person",
    description:
      "Hands the caller over to a person. The person hears reason and summary before they take the call, so that the caller "
      + "need not repeat anything. Answers at once, while a person is being sought: say the sentence in 'say' to the "
      + "caller, and nothing more unless the caller comes back.",
    access: [.transfer],
    arguments: { offer in handover(offer) },
    needsChannel: true
  ) { call throws(Problem) in
    try await call.begin().json(withContext: false)
  }

  private static func handover(_ offer: TransferOffer) -> [Shape.Member] {
    var members: [Shape.Member] = []
    if !offer.departments.isEmpty {
      let names = offer.departments.map { "\($0.name) (\($0.spokenName))" }.joined(separator: ", ")
      members.append(
        .optional(
          "target",
          .choice(offer.departments.map(\.name)),
          "Who takes the call: \(names). Leave it out if you are not sure."
        )
      )
    }
    let topics = offer.topics.isEmpty ? "" : " Known topics: \(offer.topics.joined(separator: ", "))."
    let given: [(name: String, isNeeded: Bool, meaning: String)] = [
      ("topic", false, "What the call is about, in a word or two.\(topics)"),
      ("reason", true, "Why the caller needs a person, in half a sentence that can be read out to the caller."),
      ("summary", true, "What the person has to know: two or three short sentences. They are read out to them."),
      ("next_action", false, "What the person should do first."), ("caller_name", false, "The caller's name."),
      ("language", false, "The caller's language, such as en or pt-BR."),
      ("facts", false, "What the person should see: names and values, such as {\"Account\": \"4821\"}."),
    ]
    return members
      + given.compactMap { name, isNeeded, meaning in
        guard let shape = name == "facts" ? facts : OrderShapes.context.first(where: { $0.name == name })?.shape else {
          return nil
        }
        return Shape.Member(name: name, shape: shape, isNeeded: isNeeded, explanation: meaning)
      }
  }

  private static let facts = Shape.map(
    names: OrderShapes.factName,
    values: OrderShapes.fact,
    most: CallContext.mostFacts
  )

  private static let getTransfer = Tool(
    name: "get_transfer",
    title: "See how a transfer stands",
    description:
      "How a transfer stands: its phase, the caller's place in line, and how it ended. phase 'ended' with outcome.result "
      + "RETURNED means that nobody took the call and the caller is with you again.",
    isReadOnly: true,
    access: [.transfer, .read],
    arguments: { _ in [id] }
  ) { call throws(Problem) in
    try await call.transfer(try call.namedTransfer()).json(withContext: false)
  }

  private static let cancelTransfer = Tool(
    name: "cancel_transfer",
    title: "Cancel a transfer",
    description: "Ends a transfer that has connected nobody yet: the caller comes back.",
    access: [.transfer],
    arguments: { _ in [id] }
  ) { call throws(Problem) in
    try await call.decide(.cancel, on: try call.namedTransfer()).json(withContext: false)
  }

  private static let listDepartments = Tool(
    name: "list_departments",
    title: "List the departments",
    description: "To whom callers can be transferred, and whether anybody is there now.",
    isReadOnly: true,
    access: [.transfer, .read],
    forCalls: .everything,
    arguments: { _ in [] }
  ) { call throws(Problem) in
    await call.desk.offer().json
  }

  private static let listMessages = Tool(
    name: "list_messages",
    title: "List messages of callers",
    description: "Messages that callers have left because nobody could be had, newest first.",
    isReadOnly: true,
    access: [.read],
    forCalls: .nothing,
    arguments: { _ in [.optional("limit", .integer(1...100), "How many at most. Default: 20.")] }
  ) { call throws(Problem) in
    let limit = call.body?.json["limit"]?.integer.map { Int($0) } ?? 20
    let messages = try await call.ask { desk throws(Refusal) in try await desk.messages(before: nil, limit: limit) }
    return ["messages": .array(messages.map(\.json))]
  }

  private static let markMessage = Tool(
    name: "mark_message",
    title: "Mark a message as heard, or as new",
    description: "Says of a message whether somebody has dealt with it.",
    access: [.transfer, .admin],
    forCalls: .nothing,
    arguments: { _ in
      [
        .needed("id", .text(TextShape(1...32, .letterOrDigit)), "The message's id, as list_messages answers it."),
        .needed("heard", .flag),
      ]
    }
  ) { call throws(Problem) in
    guard let id = call.body?.text("id").flatMap({ TransferID($0) }) else { throw Problem(Refusal.unknownMessage) }
    let isHeard = call.body?.json["heard"]?.bool ?? true
    return try await call.ask { desk throws(Refusal) in try await desk.markMessage(id, isHeard: isHeard) }.json
  }
}

extension APICall {
  /// In the body.
  fileprivate func namedTransfer() throws(Problem) -> TransferID {
    guard let id = body?.text("id").flatMap({ TransferID($0) }) else { throw Problem(Refusal.unknownTransfer) }
    return id
  }
}

extension TransferOffer {
  var json: JSON {
    [
      "departments": .array(
        departments.map {
          ["name": .string($0.name), "spoken_name": .string($0.spokenName), "staffed": .bool($0.isStaffed)]
        }
      ),
      "topics": .array(topics.map(JSON.string)),
    ]
  }
}
