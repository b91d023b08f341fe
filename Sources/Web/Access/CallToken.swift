package import Transfer
internal import Transport

/// With which whoever speaks for a caller may ask for that one call, and for nothing else.
package struct CallToken: Equatable, Sendable {
  /// By which a bearer token is told to be one of these.
  package static let prefix = "wtc_"

  package var secret: String
  /// The caller's.
  package var channel: String
  package var until: WallTime

  package init(secret: String, channel: String, until: WallTime) {
    self.secret = secret
    self.channel = channel
    self.until = until
  }
}

package protocol CallTokensBackend: Sendable {
  /// Its secret is kept nowhere.
  func makeCallToken(for channel: String) async throws(Refusal) -> CallToken
  /// The channel of the call; nil for a token that is none, or whose time is over.
  func channel(ofCallToken secret: String) async -> String?
}

/// What somebody with the token of one call may ask for.
enum CallAccess: Equatable, Sendable {
  case nothing
  /// What the route does with the one call.
  case thatCall
  /// It has to do with no call.
  case everything
}

/// Who asks.
struct Requester: Sendable {
  var token: AccessToken?
  /// The channel of the one call that they may ask for; nil: any.
  var onlyCall: String?

  init(_ token: AccessToken?) { self.token = token }

  init(callOn channel: String) {
    token = AccessToken(name: Self.name(ofCallOn: channel), sha256: "", scopes: [.transfer, .read])
    onlyCall = channel
  }

  /// Of no section of a conf file, where names have no blanks.
  static func name(ofCallOn channel: String) -> String { "call \(channel)" }
}

extension HTTPServerRequest {
  /// In a header of its own, for tools whose other headers are the same for every call; or as any token is sent.
  var callToken: String? {
    if let token = header("x-wt-call") { return token }
    let bearer = header("authorization").flatMap(Access.bearerToken)
    return bearer.flatMap { $0.hasPrefix(CallToken.prefix) ? $0 : nil }
  }
}

extension APICall {
  /// A token for one call is for no other.
  func check(callOn channel: String) throws(Problem) {
    guard let onlyCall, onlyCall != channel else { return }
    throw Problem(.otherCall, "this token is for another call")
  }
}
