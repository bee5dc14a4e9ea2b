import CheckoutSession
import NIOCore

/// OAuth 2.0 client credentials (`contract/gateway.md`, "Token"): a form is posted to the token endpoint.
final class ClientCredentialsSource: TokenSource {
  private let transport: HTTPTransport
  private let clientSecret: ClientSecret
  private let wallClock: WallClock
  private let head: String
  /// The form around the secret.
  private let form: (before: String, after: String)

  /// - Parameter transport: leads to the origin of `url`.
  init(
    transport: HTTPTransport, url: HTTPURL, route: HTTPRoute, clientID: String, clientSecret: ClientSecret, scope: String?,
    userAgent: String, wallClock: WallClock
  ) {
    self.transport = transport
    self.clientSecret = clientSecret
    self.wallClock = wallClock
    head =
      RequestHead.fixedPart(method: "POST", path: url.path, route: route, userAgent: userAgent)
      + "Content-Type: application/x-www-form-urlencoded\r\n"
    form = (
      before: "grant_type=client_credentials&client_id=" + PercentEncoding.encodeFormValue(clientID) + "&client_secret=",
      after: scope.map { "&scope=" + PercentEncoding.encodeFormValue($0) } ?? ""
    )
  }

  func fetch(_ completion: @escaping (Result<GrantedToken, GatewayFailure>) -> Void) {
    switch clientSecret {
    case .value(let secret):
      request(secret.value, completion)
    case .file(let path):
      // Each time: a secret that was replaced takes hold with the next token, without a restart.
      let file = CredentialFile(kind: "client secret", path: path)
      file.contents(on: transport.eventLoop) { result in
        switch result {
        case .success(let secret): self.request(secret, completion)
        case .failure(let failure): completion(.failure(failure))
        }
      }
    }
  }

  private func request(_ secret: String, _ completion: @escaping (Result<GrantedToken, GatewayFailure>) -> Void) {
    let body = form.before + PercentEncoding.encodeFormValue(secret) + form.after
    let request = ByteBuffer(string: head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body)
    let wallClock = self.wallClock
    transport.start(
      TokenExchange(request: request) { result in
        completion(TokenErrorTable.token(from: result, now: wallClock.now()))
      })
  }
}
