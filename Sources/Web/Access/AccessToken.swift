internal import Transport

/// What somebody with a token may do. None implies another.
package enum AccessScope: String, Sendable, CaseIterable {
  /// Begin transfers, decide about them, and say what is known of a caller.
  case transfer
  /// See transfers and what they are about, the people, and what happens.
  case read
  /// Sign people on and off.
  case admin
}

/// Somebody who may use the API, known by the digest of their token.
package struct AccessToken: Equatable, Sendable {
  package let name: String
  package let scopes: Set<AccessScope>
  private let digest: [UInt8]

  /// In hexadecimal digits.
  package var sha256: String { String(decoding: digest, as: UTF8.self) }

  /// The digest in 64 hexadecimal digits.
  package init(name: String, sha256: String, scopes: Set<AccessScope>) {
    self.name = name
    self.scopes = scopes
    digest = Array(sha256.lowercased().utf8)
  }

  func isToken(withDigest other: [UInt8]) -> Bool { Secrets.areEqual(digest, other) }

  static func digest(of token: String) -> [UInt8] {
    Array(Secrets.hexadecimal(Secrets.sha256(Array(token.utf8))).utf8)
  }
}

extension Problem {
  init(missing scopes: Set<AccessScope>) {
    let names = AccessScope.allCases.filter(scopes.contains).map(\.rawValue)
    self.init(
      .scopeMissing,
      "this needs the scope \(names.joined(separator: " or "))",
      challenge: #"Bearer error="insufficient_scope", scope="\#(names.joined(separator: " "))""#
    )
  }
}

/// What the conf file says of the API.
package struct APISettings: Equatable, Sendable {
  package var tokens: [AccessToken]
  /// Web pages of these origins, such as `https://desk.example.org`, may use the API from a browser.
  package var origins: [String]
  /// For each token, on average.
  package var requestsPerSecond: Int

  package init(tokens: [AccessToken], origins: [String] = [], requestsPerSecond: Int = 50) {
    self.tokens = tokens
    self.origins = origins
    self.requestsPerSecond = requestsPerSecond
  }
}

/// Who asks, and whether they may.
enum Access: Equatable, Sendable {
  case everybody
  case anyOf(Set<AccessScope>)

  /// Nil for an open page, where nobody needs to say who they are.
  func admit(_ authorization: String?, among tokens: [AccessToken]) throws(Problem) -> AccessToken? {
    guard case .anyOf(let scopes) = self else { return nil }
    guard !tokens.isEmpty else {
      throw Problem(
        .noTokens,
        "the API is closed: the conf file has no section with type = token; make one with: warm-transfer token NAME"
      )
    }
    guard let presented = authorization.flatMap(Self.bearerToken) else {
      throw Problem(.tokenNeeded, "send a token: Authorization: Bearer TOKEN", challenge: "Bearer")
    }
    let digest = AccessToken.digest(of: presented)
    // All are compared, so that the time tells nothing.
    guard let token = tokens.filter({ $0.isToken(withDigest: digest) }).first else {
      throw Problem(.unknownToken, "unknown token", challenge: #"Bearer error="invalid_token""#)
    }
    guard !scopes.isDisjoint(with: token.scopes) else {
      throw Problem(missing: scopes)
    }
    return token
  }

  static func bearerToken(in authorization: String) -> String? {
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer", parts[1].utf8.count <= 512 else { return nil }
    return String(parts[1])
  }
}
