internal import Transport

/// Why a request got no other answer: the document of RFC 9457, whose code does not change.
struct Problem: Error, Equatable, Sendable {
  var code: Code
  var detail: String
  /// Further members of the document.
  var members: [String: JSON] = [:]
  var headers: [String: String] = [:]

  init(_ code: Code, _ detail: String, members: [String: JSON] = [:], headers: [String: String] = [:]) {
    self.code = code
    self.detail = detail
    self.members = members
    self.headers = headers
  }

  init(_ code: Code, _ detail: String, challenge: String) {
    self.init(code, detail, headers: ["WWW-Authenticate": challenge])
  }

  enum Code: String, CaseIterable, Sendable {
    case malformedRequest = "malformed_request"
    case malformedJSON = "malformed_json"
    case invalidParameter = "invalid_parameter"
    case tokenNeeded = "token_needed"
    case unknownToken = "unknown_token"
    case noTokens = "no_tokens"
    case scopeMissing = "scope_missing"
    case otherCall = "other_call"
    case unknownPath = "unknown_path"
    case unknownTransfer = "unknown_transfer"
    case unknownMessage = "unknown_message"
    case unknownCallback = "unknown_callback"
    case unknownAgent = "unknown_agent"
    case unknownContext = "unknown_context"
    case methodNotAllowed = "method_not_allowed"
    case requestTimeout = "request_timeout"
    case alreadyEnded = "already_ended"
    case notRinging = "not_ringing"
    case targetNeeded = "target_needed"
    case alreadyDecided = "already_decided"
    case channelGone = "channel_gone"
    case channelInDialplan = "channel_in_dialplan"
    case channelInBridge = "channel_in_bridge"
    case channelAlreadyOurs = "channel_already_ours"
    case channelNotHandedOver = "channel_not_handed_over"
    case bodyTooLarge = "body_too_large"
    case targetTooLong = "request_target_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    case expectationFailed = "expectation_failed"
    case invalidField = "invalid_field"
    case fieldTooLarge = "field_too_large"
    case unknownTarget = "unknown_target"
    case noTarget = "no_target"
    case noCallbacks = "no_callbacks"
    case callbackOpen = "callback_open"
    case idempotencyKeyReused = "idempotency_key_reused"
    case rateLimited = "rate_limited"
    case headerTooLarge = "header_too_large"
    case unknownTransferEncoding = "unknown_transfer_encoding"
    case unknownHTTPVersion = "unknown_http_version"
    case notAccepting = "not_accepting"
    case asteriskAway = "asterisk_away"
    case tooManyContexts = "too_many_contexts"
    case tooManyStreams = "too_many_streams"
    case overloaded
    case signInNeeded = "sign_in_needed"
    case unknownLink = "unknown_link"
    case crossOriginRequest = "cross_origin_request"
  }
}

extension Problem.Code {
  var status: Int {
    switch self {
    case .malformedRequest, .malformedJSON, .invalidParameter: 400
    case .tokenNeeded, .unknownToken, .signInNeeded, .unknownLink: 401
    case .noTokens, .scopeMissing, .otherCall, .crossOriginRequest: 403
    case .unknownPath, .unknownTransfer, .unknownMessage, .unknownCallback, .unknownAgent, .unknownContext: 404
    case .methodNotAllowed: 405
    case .requestTimeout: 408
    case .alreadyEnded, .notRinging, .targetNeeded, .alreadyDecided, .channelGone, .channelInDialplan,
      .channelInBridge, .channelAlreadyOurs, .channelNotHandedOver, .callbackOpen:
      409
    case .bodyTooLarge: 413
    case .targetTooLong: 414
    case .unsupportedMediaType: 415
    case .expectationFailed: 417
    case .invalidField, .fieldTooLarge, .unknownTarget, .noTarget, .noCallbacks, .idempotencyKeyReused: 422
    case .rateLimited: 429
    case .headerTooLarge: 431
    case .unknownTransferEncoding: 501
    case .notAccepting, .asteriskAway, .tooManyContexts, .tooManyStreams, .overloaded: 503
    case .unknownHTTPVersion: 505
    }
  }

  /// The same for each problem of the code.
  var title: String {
    let words = rawValue.split(separator: "_").joined(separator: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }
}

extension Problem {
  var reply: HTTPServerReply {
    var document = members
    document["type"] = .string("urn:warm-transfer:problem:\(code.rawValue)")
    document["title"] = .string(code.title)
    document["status"] = .integer(Int64(code.status))
    document["code"] = .string(code.rawValue)
    document["detail"] = .string(detail)
    let fields = headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    return HTTPServerReply(
      status: code.status,
      headers: [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")] + fields,
      body: .whole(Array(JSON.object(document).serialized().utf8))
    )
  }

  /// What the server says that never let a request through.
  init(_ refusal: HTTPServerRefusal) {
    let code: Code =
      switch refusal.status {
      case 408: .requestTimeout
      case 413: .bodyTooLarge
      case 414: .targetTooLong
      case 417: .expectationFailed
      case 431: .headerTooLarge
      case 501: .unknownTransferEncoding
      case 503: .overloaded
      case 505: .unknownHTTPVersion
      default: .malformedRequest
      }
    self.init(code, refusal.reason)
  }

  init(_ misfit: Misfit) {
    let field = misfit.field.isEmpty ? "the body" : misfit.field
    switch misfit.reason {
    case .tooLarge(let limit): self.init(Refusal.tooLarge(field: field, limit: limit))
    case .invalid(let why): self.init(Refusal.invalid(field: field, why: why))
    }
  }

  /// What the service says.
  init(_ refusal: Refusal) {
    switch refusal {
    case .unknownMessage: self.init(.unknownMessage, "no such message, or it has been deleted")
    case .unknownCallback: self.init(.unknownCallback, "no such callback, or it has been deleted")
    case .noCallbacks: self.init(.noCallbacks, "callback_dial is not set in the conf file")
    case .callbackOpen(let id):
      self.init(.callbackOpen, "this number is to be called back already", members: ["callback": .string("\(id)")])
    case .unknownTransfer: self.init(.unknownTransfer, "no such transfer, or it has been deleted")
    case .alreadyEnded: self.init(.alreadyEnded, "the transfer has ended")
    case .notRinging: self.init(.notRinging, "nobody is being rung or briefed right now")
    case .targetNeeded: self.init(.targetNeeded, "several people are being rung: name one in target")
    case .alreadyDecided: self.init(.alreadyDecided, "this has already been decided")
    case .channelGone: self.init(.channelGone, "Asterisk has no such channel")
    case .channelInDialplan:
      self.init(.channelInDialplan, "the channel is in the dialplan; hand it over there with Gosub(warm-transfer,s,1)")
    case .channelInBridge: self.init(.channelInBridge, "the channel is in a bridge outside of any Stasis app")
    case .channelAlreadyOurs(let id):
      self.init(.channelAlreadyOurs, "the channel is already in a transfer", members: ["transfer": .string("\(id)")])
    case .channelNotHandedOver(let why): self.init(.channelNotHandedOver, why)
    case .unknownTarget(let name):
      self.init(
        .unknownTarget,
        "no target or group with this name in the conf file",
        members: ["target": .string(name)]
      )
    case .noTarget: self.init(.noTarget, "neither the request nor a rule names a target")
    case .unknownAgent: self.init(.unknownAgent, "no target with this name in the conf file")
    case .unknownContext: self.init(.unknownContext, "no context is stored for this channel")
    case .tooManyContexts: self.init(.tooManyContexts, "too many contexts or briefs are stored", headers: Self.later)
    case .tooLarge(let field, let limit):
      self.init(.fieldTooLarge, "\(field): more than \(limit)", members: ["field": .string(field)])
    case .invalid(let field, let why):
      self.init(.invalidField, "\(field): \(why)", members: ["field": .string(field)])
    case .notAcceptingNow(let why): self.init(.notAccepting, why, headers: Self.later)
    case .asteriskAway: self.init(.asteriskAway, "Asterisk cannot be reached", headers: Self.later)
    }
  }

  private static let later = ["Retry-After": "5"]
}

extension Shape {
  /// A body that has this form, or why it has not.
  func read(_ bytes: [UInt8]) throws(Problem) -> JSON {
    let json: JSON
    do throws(JSONError) {
      json = try JSON(parsing: bytes)
    } catch {
      throw Problem(.malformedJSON, error.description)
    }
    try accept(json)
    return json
  }
}
