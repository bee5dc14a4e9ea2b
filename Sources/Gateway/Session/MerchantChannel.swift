import CheckoutSession
import NIOCore

/// What all calls of one merchant share: the rendered heads and the token. Lives on the event loop.
final class MerchantChannel {
  let tokens: TokenProvider
  let transport: HTTPTransport
  private let createHead: ByteBuffer
  private let readStart: ByteBuffer
  private let commonHeaders: ByteBuffer
  private var authorization = ByteBuffer()
  private var authorizationGeneration = 0

  /// - Parameter basePath: of the base URL, without `/sessions`.
  init(
    merchant: MerchantConfiguration, basePath: String, route: HTTPRoute, userAgent: String, tokens: TokenProvider, transport: HTTPTransport
  ) {
    self.tokens = tokens
    self.transport = transport
    let identity =
      "X-Merchant-Id: \(merchant.id)\r\nX-Upstream-Env: \(merchant.upstreamEnv)\r\nContent-Type: application/json\r\n"
    let path = basePath + "/sessions"
    createHead = ByteBuffer(
      string: RequestHead.fixedPart(method: "POST", path: path, route: route, userAgent: userAgent) + identity)
    readStart = ByteBuffer(string: "GET \(RequestHead.target(path: path, route: route))/")
    commonHeaders = ByteBuffer(string: RequestHead.headers(route: route, userAgent: userAgent) + identity)
  }

  /// Appends `POST /sessions`.
  /// - Returns: the generation of the token that was used; nil if there is none now, and nothing was written.
  func writeCreate(_ call: CreateSessionCall, into buffer: inout ByteBuffer) -> Int? {
    guard let generation = renderAuthorization() else { return nil }
    buffer.reserveCapacity(createHead.readableBytes + authorization.readableBytes + call.body.count + 768)
    buffer.writeImmutableBuffer(createHead)
    buffer.writeImmutableBuffer(authorization)
    if let traceContext = call.traceContext {
      buffer.writeString("traceparent: ")
      buffer.writeString(traceContext.traceparent)
      buffer.writeString("\r\n")
      if let tracestate = traceContext.tracestate {
        buffer.writeString("tracestate: ")
        buffer.writeString(tracestate)
        buffer.writeString("\r\n")
      }
    }
    buffer.writeString("Content-Length: ")
    buffer.writeString(String(call.body.count))
    buffer.writeString("\r\n\r\n")
    buffer.writeBytes(call.body)
    return generation
  }

  /// Appends `GET /sessions/{id}`.
  /// - Returns: as ``writeCreate(_:into:)``.
  func writeRead(_ call: ReadSessionCall, into buffer: inout ByteBuffer) -> Int? {
    guard let generation = renderAuthorization() else { return nil }
    buffer.writeImmutableBuffer(readStart)
    buffer.writeString(call.sessionID.rawValue)
    buffer.writeString(" HTTP/1.1\r\n")
    buffer.writeImmutableBuffer(commonHeaders)
    buffer.writeImmutableBuffer(authorization)
    buffer.writeString("\r\n")
    return generation
  }

  /// `Authorization`, rendered once a token.
  private func renderAuthorization() -> Int? {
    guard let current = tokens.lifecycle.current else { return nil }
    if current.generation != authorizationGeneration {
      authorization.clear()
      authorization.writeString("Authorization: Bearer \(current.secret.value)\r\n")
      authorizationGeneration = current.generation
    }
    return current.generation
  }
}
