import Settings
import Transfer
import Transport
import Web

/// A token for the API, which is shown once, and the section of the conf file that admits it without knowing it.
package struct NewToken: Sendable {
  package struct Mistake: Error, Equatable {
    package let message: String
  }

  private static let randomBytes = 32
  private static let longestName = 64

  private let name: String
  private let token: String
  private let scopes: [AccessScope]

  /// `transfer,read`; nil: read alone.
  package static func make(_ name: String, scopes: String? = nil) throws -> NewToken {
    let isGood = name.allSatisfy { $0.isASCIILowercase || $0.isASCIIDigit || $0 == "-" || $0 == "_" }
    guard isGood, (1...longestName).contains(name.count), !["general", "transfer"].contains(name) else {
      throw Mistake(
        message: "'\(name)' cannot be a section name; use a-z, 0-9, '-' and '_', at most \(longestName) characters"
      )
    }
    let given = scopes.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) } ?? ["read"]
    let known = try given.map { word throws(Mistake) in
      guard let scope = AccessScope(rawValue: word.filter { $0 != " " }) else {
        throw Mistake(
          message: "'\(word)' is not a scope: \(AccessScope.allCases.map(\.rawValue).joined(separator: ", "))"
        )
      }
      return scope
    }
    let token = "wt_" + Secrets.hexadecimal(try Secrets.random(randomBytes))
    return NewToken(name: name, token: token, scopes: AccessScope.allCases.filter(known.contains))
  }

  package var lines: [String] {
    [
      token, "", "[\(name)]", "type = token", "hash = sha256:\(Secrets.hexadecimal(Secrets.sha256(Array(token.utf8))))",
      "scopes = \(scopes.map(\.rawValue).joined(separator: ","))",
    ]
  }
}
