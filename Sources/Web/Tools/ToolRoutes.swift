internal import Transport

enum ToolRoutes {
  /// As whom the definitions are for takes them.
  enum Form: String, CaseIterable {
    /// OpenAI's Realtime and Responses APIs.
    case openAI = "openai"
    /// OpenAI's chat completions, and what copies them.
    case openAIChat = "openai-chat"
    case mcp
  }

  static let all = [tools, departments]

  private static let tools = APIRoute(
    method: .get,
    path: "/v1/tools",
    summary: "The functions that a language model may be given, with the departments of this conf file",
    access: .anyOf([.transfer, .read]),
    inQuery: [
      .init(
        name: "form",
        shape: .choice(Form.allCases.map(\.rawValue)),
        explanation: "For whom: openai (Realtime and Responses; default), openai-chat (chat completions) or mcp."
      )
    ],
    forCalls: .everything,
    answers: [.init(status: 200, explanation: "The definitions.", content: .json(definitions))]
  ) { call throws(Problem) in
    let name = call.parameters["form"] ?? Form.openAI.rawValue
    guard let form = Form(rawValue: name) else {
      let names = Form.allCases.map(\.rawValue).joined(separator: ", ")
      throw Problem(.invalidParameter, "form must be one of \(names)")
    }
    let offer = await call.desk.offer()
    return .json(["tools": .array(Tool.all.filter { $0.isFor(call) }.map { $0.definition(form, offer, call) })])
  }

  private static let departments = APIRoute(
    method: .get,
    path: "/v1/departments",
    summary: "To whom callers can be transferred",
    access: .anyOf([.transfer, .read]),
    forCalls: .everything,
    answers: [.init(status: 200, explanation: "The departments.", content: .json(offer))]
  ) { call throws(Problem) in
    .json(await call.desk.offer().json)
  }

  private static let definitions = Shape.named(
    "Tools",
    .object([.needed("tools", .list(of: .anyObject, most: nil))])
  )

  static let offer = Shape.named(
    "Departments",
    .object([
      .needed(
        "departments",
        .list(
          of: .object([
            .needed("name", .text(.any), "To be named as target."),
            .needed("spoken_name", .text(.any), "As callers hear it."),
            .needed("staffed", .flag, "Somebody is signed on there whose phone can be reached."),
          ]),
          most: nil
        ),
        "Groups, and targets that are in no group."
      ),
      .needed("topics", .list(of: .text(.any), most: nil), "By which rules choose."),
    ])
  )
}

extension Tool {
  /// Whoever runs a function of OpenAI's adds the channel themselves.
  func definition(_ form: ToolRoutes.Form, _ offer: TransferOffer, _ call: APICall) -> JSON {
    let schema = Shape.object(parameters(offer, naming: form == .mcp && call.onlyCall == nil)).schema.inShort
    let function: [String: JSON] = [
      "name": .string(name), "description": .string(description), "parameters": schema,
    ]
    switch form {
    case .openAI: return .object(function.merging(["type": "function"]) { $1 })
    case .openAIChat: return ["type": "function", "function": .object(function)]
    case .mcp:
      return [
        "name": .string(name), "title": .string(title), "description": .string(description), "inputSchema": schema,
        "annotations": [
          "readOnlyHint": .bool(isReadOnly), "destructiveHint": false, "idempotentHint": .bool(isReadOnly),
          "openWorldHint": false,
        ],
      ]
    }
  }
}

extension JSON {
  /// Without what helps no model; it is checked all the same.
  fileprivate var inShort: JSON {
    switch self {
    case .object(let members):
      .object(members.filter { $0.key != "pattern" && $0.key != "propertyNames" }.mapValues(\.inShort))
    case .array(let elements): .array(elements.map(\.inShort))
    case .null, .bool, .integer, .real, .string: self
    }
  }
}
