internal import Transport

extension APIRoutes {
  /// For whoever watches over the service, without a token.
  static let openPages: [APIRoute] = [
    APIRoute(
      method: .get,
      path: "/healthz",
      summary: "Liveness",
      access: .everybody,
      answers: [.init(status: 200, explanation: "The service is running.", content: .json(ReportShapes.health))]
    ) { _ throws(Problem) in
      .json(["status": "alive"])
    },
    APIRoute(
      method: .get,
      path: "/readyz",
      summary: "Readiness",
      access: .everybody,
      answers: [
        .init(status: 200, explanation: "The service can take transfers.", content: .json(ReportShapes.readiness)),
        .init(status: 503, explanation: "It cannot; parts says why.", content: .json(ReportShapes.readiness)),
      ]
    ) { call throws(Problem) in
      let readiness = await call.desk.readiness()
      return .json(readiness.json, status: readiness.isReady ? 200 : 503)
    },
    APIRoute(
      method: .get,
      path: "/metrics",
      summary: "Metrics for Prometheus",
      access: .everybody,
      answers: [.init(status: 200, explanation: "Prometheus text format.", content: .other("text/plain"))]
    ) { call throws(Problem) in
      HTTPServerReply(
        status: 200,
        headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), ("Cache-Control", "no-store")],
        body: .whole(Array(await call.desk.metrics().utf8))
      )
    },
    APIRoute(
      method: .get,
      path: "/openapi.json",
      summary: "This document",
      access: .everybody,
      answers: [.init(status: 200, explanation: "OpenAPI 3.1.", content: .json(.anyObject))],
      isConditional: true
    ) { _ throws(Problem) in
      OpenAPI.page
    },
  ]
}
