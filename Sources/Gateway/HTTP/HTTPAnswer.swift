import CheckoutSession
import NIOCore

/// One final (not 1xx) HTTP/1.1 answer, as far as the gateway's contract looks at it.
struct HTTPAnswer: Sendable {
  /// How much of the body is in `body`.
  enum Completeness: Hashable, Sendable {
    /// All of it.
    case whole
    /// The connection ended, or the framing broke, inside the body.
    case cutShort
    /// The body is larger than the bound; `body` holds the part below it, or nothing.
    case tooLarge
  }

  /// 200...999.
  var status: Int
  /// `Retry-After` as it came.
  var retryAfter: String?
  /// `WWW-Authenticate` as it came.
  var authenticate: String?
  /// `Date`, if it is one; nil also if the answer comes out of a cache (`Age`), whose clock tells nothing.
  var date: Timestamp?
  /// The body without its chunk framing.
  var body = ByteBuffer()
  /// Whether `body` is all of it.
  var completeness = Completeness.whole
  /// Whether the connection may carry another request: HTTP/1.1 without `Connection: close` and with a body whose end was announced.
  var keepsConnectionAlive = false
}
