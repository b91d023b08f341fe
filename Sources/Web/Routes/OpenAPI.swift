internal import Transport

/// `/openapi.json`, written from the routes that route.
enum OpenAPI {
  /// Made once.
  static let page = HTTPServerReply.json(document).tagged

  static let document: JSON = [
    "openapi": "3.1.0",
    "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
    "info": [
      "title": "warm-transfer", "version": "1",
      "description":
        "Warm transfers on Asterisk. Errors are problem documents (RFC 9457) with a stable code.",
    ],
    "security": .array([["bearer": .array([])]]),
    "paths": .object(paths),
    "components": [
      "securitySchemes": ["bearer": ["type": "http", "scheme": "bearer"]],
      "schemas": .object(schemas),
      "responses": ["Problem": problem("What went wrong, or what the server says before it has read the request.")],
    ],
  ]

  private static let routes = APIRoutes(feed: EventFeed()).all

  private static var paths: [String: JSON] {
    var paths: [String: [String: JSON]] = [:]
    for route in routes { paths[route.path, default: [:]][route.method.rawValue.lowercased()] = operation(route) }
    return paths.mapValues(JSON.object)
  }

  private static func operation(_ route: APIRoute) -> JSON {
    var operation: [String: JSON] = [
      "summary": .string(route.summary), "operationId": .string(id(of: route)),
      "responses": .object(responses(route)),
    ]
    let parameters = parameters(route)
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    if let shape = route.body.shape {
      var forms: [String: JSON] = ["application/json": ["schema": shape.schema]]
      if let form = route.formSchema { forms["application/x-www-form-urlencoded"] = ["schema": form] }
      var body: [String: JSON] = ["content": .object(forms)]
      if case .needed = route.body { body["required"] = true }
      operation["requestBody"] = .object(body)
    }
    switch route.access {
    case .everybody: operation["security"] = .array([])
    case .anyOf(let scopes):
      let names = AccessScope.allCases.filter(scopes.contains).map { "`\($0.rawValue)`" }
      operation["description"] = .string(
        "For tokens with the scope \(names.joined(separator: " or "))\(words(for: route.forCalls))."
      )
    }
    return .object(operation)
  }

  private static func words(for access: CallAccess) -> String {
    switch access {
    case .nothing: ""
    case .thatCall: ", and for that call's own token (`X-WT-Call`)"
    case .everything: ", and for tokens of one call (`X-WT-Call`)"
    }
  }

  /// `post-v1-transfers-id-accept`
  private static func id(of route: APIRoute) -> String {
    let words = route.path.split { "/{}.".contains($0) }
    return ([route.method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "-")
  }

  private static func parameters(_ route: APIRoute) -> [JSON] {
    let places = [
      ("path", route.inPath), ("query", route.inQuery + route.formParameters),
      ("header", route.inHeader + standing(route)),
    ]
    return places.flatMap { place, parameters in
      parameters.map { parameter in
        var description: [String: JSON] = [
          "name": .string(parameter.name), "in": .string(place), "schema": parameter.shape.schema,
          "description": .string(parameter.explanation),
        ]
        if place == "path" { description["required"] = true }
        return .object(description)
      }
    }
  }

  private static func standing(_ route: APIRoute) -> [APIRoute.Parameter] {
    var parameters: [APIRoute.Parameter] = []
    if route.takesIdempotencyKey {
      parameters.append(
        .init(
          name: "Idempotency-Key",
          shape: .text(ControlAPI.idempotencyKey),
          explanation:
            "Makes a retry safe: a request with the same key and body is not repeated, its first answer is sent again."
        )
      )
    }
    if route.isConditional {
      parameters.append(
        .init(
          name: "If-None-Match",
          shape: .text(.any),
          explanation: "ETag of the version you have."
        )
      )
    }
    return parameters
  }

  private static func responses(_ route: APIRoute) -> [String: JSON] {
    var responses: [String: JSON] = ["default": ["$ref": "#/components/responses/Problem"]]
    for (status, codes) in Dictionary(grouping: Set(route.allProblems), by: \.status) {
      responses["\(status)"] = problem(codes.map { "`\($0.rawValue)`" }.sorted().joined(separator: ", "))
    }
    for answer in route.answers {
      var response: [String: JSON] = ["description": .string(answer.explanation)]
      switch answer.content {
      case .nothing: break
      case .json(let shape): response["content"] = ["application/json": ["schema": shape.schema]]
      // OpenAPI 3.1 has no word for one of many; its readers take the schema for that of each event.
      case .events(let shape): response["content"] = ["text/event-stream": ["schema": shape.schema]]
      case .other(let type): response["content"] = .object([type: ["schema": ["type": "string"]]])
      }
      // Who is refused before they are heard is told so in our own words.
      if let ours = responses["\(answer.status)"]?["content"]?.object, let theirs = response["content"]?.object {
        response["content"] = .object(ours.merging(theirs) { $1 })
      }
      responses["\(answer.status)"] = .object(response)
    }
    if route.isConditional { responses["304"] = ["description": "Not modified."] }
    return responses
  }

  private static func problem(_ explanation: String) -> JSON {
    [
      "description": .string(explanation),
      "content": ["application/problem+json": ["schema": ReportShapes.problem.schema]],
    ]
  }

  private static var schemas: [String: JSON] {
    var named = ReportShapes.problem.named
    for route in routes {
      let answers = route.answers.compactMap { answer in
        switch answer.content {
        case .json(let shape), .events(let shape): shape
        case .nothing, .other: Shape?.none
        }
      }
      for shape in answers + [route.body.shape].compactMap({ $0 }) { named.merge(shape.named) { first, _ in first } }
    }
    return named.mapValues(\.schema).merging(["JSONValue": Shape.anyValue]) { first, _ in first }
  }
}
