import CheckoutSession
import NIOCore

/// OAuth 2.0 client credentials (`contract/gateway.md`, "Token"): a form is posted to the token endpoint.
final class ClientCredentialsSource: TokenSource {
  private let transport: HTTPTransport
  private let request: ByteBuffer
  private let wallClock: WallClock

  /// - Parameter transport: leads to the origin of `url`.
  init(
    transport: HTTPTransport, url: HTTPURL, route: HTTPRoute, clientID: String, clientSecret: Secret, scope: String?, userAgent: String,
    wallClock: WallClock
  ) {
    self.transport = transport
    self.wallClock = wallClock
    var form = "grant_type=client_credentials"
    form += "&client_id=" + PercentEncoding.encodeFormValue(clientID)
    form += "&client_secret=" + PercentEncoding.encodeFormValue(clientSecret.value)
    if let scope { form += "&scope=" + PercentEncoding.encodeFormValue(scope) }
    let head = RequestHead.fixedPart(method: "POST", path: url.path, route: route, userAgent: userAgent)
    request = ByteBuffer(
      string: head + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: \(form.utf8.count)\r\n\r\n" + form)
  }

  func fetch(_ completion: @escaping (Result<GrantedToken, GatewayFailure>) -> Void) {
    let wallClock = self.wallClock
    transport.start(
      TokenExchange(request: request) { result in
        completion(TokenErrorTable.token(from: result, now: wallClock.now()))
      })
  }
}
