internal import Transport

extension WebPages {
  private static let secret = TextShape(1...256, .graphic)

  private static let signIn = Shape.either([
    .object([.needed("link", .text(secret))]), .object([.needed("token", .text(secret))]),
  ])
  private static let kind = Shape.object([.needed("kind", .choice(["desk", "board"]))])

  /// Who is signed in in this browser, and how they become so.
  static let sessions: [Route] = [
    Route(method: .get, path: "/session") { call throws(Problem) in
      .json(["desk": (await call.session(.desk)).json, "board": (await call.session(.board)).json])
    },
    Route(method: .post, path: "/session") { call throws(Problem) in
      let body = try call.body(signIn)
      if let link = body["link"]?.string {
        let new = try await call.ask { backend throws(Refusal) in try await backend.signIn(withLink: link) }
        guard let new else { throw Problem(.unknownLink, "this link has expired, or was used before") }
        return call.welcome(new, .desk)
      }
      let presented = "Bearer \(body["token"]?.string ?? "")"
      let scopes = Access.anyOf(Set(AccessScope.allCases))
      guard let token = try scopes.admit(presented, among: call.settings.tokens) else {
        throw Problem(.tokenNeeded, "no token")
      }
      let new = try await call.ask { backend throws(Refusal) in try await backend.signIn(with: token) }
      return call.welcome(new, .board)
    },
    Route(method: .post, path: "/session/end") { call throws(Problem) in
      let body = try call.body(kind)
      let cookie = body["kind"]?.string == "desk" ? SessionCookie.desk : .board
      if let session = await call.session(cookie) {
        try await call.ask { backend throws(Refusal) in try await backend.signOut(session) }
      }
      return HTTPServerReply(status: 204, headers: [cookie.cleared(isSecure: call.request.isSecureOrigin)])
    },
  ]
}

extension PageCall {
  fileprivate func welcome(_ new: NewSession, _ cookie: SessionCookie) -> HTTPServerReply {
    .json(
      Optional(new.session).json,
      headers: [cookie.set(new.secret, lifetime: new.lifetime, isSecure: request.isSecureOrigin)]
    )
  }
}

extension BrowserSession? {
  fileprivate var json: JSON {
    switch self?.holder {
    case .agent(let name): ["agent": .string(name)]
    case .token(let token):
      ["name": .string(token.name), "scopes": .array(token.scopes.map(\.rawValue).sorted().map(JSON.string))]
    case nil: .null
    }
  }
}
