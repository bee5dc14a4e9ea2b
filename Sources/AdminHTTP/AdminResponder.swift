import HTTPTypes
import Hummingbird
import NIOCore
import Telemetry

/// Answers the four paths; anything else is 404, any method but GET and HEAD 405.
struct AdminResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  let content: AdminContent
  let token: AdminToken?
  let liveness: HealthProbe
  let readiness: HealthProbe
  let uptime: @Sendable () -> Duration

  @Sendable func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    guard request.method == .get || request.method == .head else {
      return Self.text(.methodNotAllowed, "only GET and HEAD\n", [.allow: "GET, HEAD"])
    }
    let response = try await answer(to: request)
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func answer(to request: Request) async throws -> Response {
    switch request.uri.path {
    case "/livez": return try Self.health(await liveness.report())
    case "/readyz": return try Self.health(await readiness.report())
    default: break
    }
    // Before the path is looked at: without the token nobody learns which paths there are.
    if let token, !token.isCarried(by: request.headers[.authorization]) {
      return Self.text(.unauthorized, "a bearer token is needed\n", [.wwwAuthenticate: "Bearer realm=\"admin\""])
    }
    switch request.uri.path {
    case "/metrics": return Self.response(.ok, content.registry.exposition(), [.contentType: PrometheusTextFormat.contentType])
    case "/": return await page()
    default: return Self.text(.notFound, "there are /, /metrics, /livez and /readyz\n")
    }
  }

  private func page() async -> Response {
    async let live = liveness.report()
    async let ready = readiness.report()
    let page = OperationsPage(
      content: content, uptime: uptime(), liveness: await live, readiness: await ready, metrics: content.registry.snapshot())
    return Self.response(
      .ok, Array(page.html().utf8),
      [
        .contentType: "text/html; charset=utf-8",
        .contentSecurityPolicy:
          "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      ])
  }

  private static func health(_ report: HealthReport) throws -> Response {
    response(report.isOK ? .ok : .serviceUnavailable, try report.json(), [.contentType: "application/json"])
  }

  private static func text(_ status: HTTPResponse.Status, _ text: String, _ headers: HTTPFields = [:]) -> Response {
    var headers = headers
    headers[.contentType] = "text/plain; charset=utf-8"
    return response(status, Array(text.utf8), headers)
  }

  private static func response(_ status: HTTPResponse.Status, _ body: [UInt8], _ headers: HTTPFields) -> Response {
    var headers = headers
    headers[.cacheControl] = "no-store"
    headers[.xContentTypeOptions] = "nosniff"
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
  }
}
