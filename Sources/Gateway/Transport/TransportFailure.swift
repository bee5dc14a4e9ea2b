/// Why a request got no answer. What that means for a call is the ``ErrorTable``'s to say.
struct TransportFailure: Error, Hashable, Sendable {
  /// What happened.
  enum Kind: Hashable, Sendable {
    /// The host's name has no address.
    case dns
    /// Nobody listens, no route, or the connection was cut before it was set up.
    case refused
    /// The certificate or the handshake.
    case tls
    /// The proxy was reached and gave no tunnel.
    case proxy
    /// No connection within the connect time-out.
    case connectTimeout
    /// The connection ended before an answer's headers were whole.
    case connectionLost
    /// No whole answer within the request time-out.
    case requestTimeout
    /// What came is no HTTP/1.1 answer.
    case malformedAnswer
    /// The caller, or the end of the process, called it off.
    case canceled
    /// More requests wait for a connection than may.
    case overloaded
  }

  /// What happened.
  var kind: Kind
  /// One sentence for people: no customer data, no token, no path.
  var detail: String
  /// Whether the whole request may have left: the server may then have acted on it.
  var isSent: Bool

  /// A failure.
  init(_ kind: Kind, _ detail: String, isSent: Bool) {
    self.kind = kind
    self.detail = detail
    self.isSent = isSent
  }
}
