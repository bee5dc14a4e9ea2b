import NIOCore

/// The bounds of one ``HTTPTransport``.
struct TransportLimits: Sendable {
  /// Connections open at the same time, each with at most one request on it.
  var connectionsMax: Int
  /// Requests that wait for a connection.
  var waitingMax: Int
  /// TCP, tunnel and TLS together.
  var connectTimeout: TimeAmount
  /// From taking a connection (or beginning to open one) to the last byte of the answer.
  var requestTimeout: TimeAmount
  /// How long a connection is kept without a request.
  var idleTimeout: TimeAmount
  /// How old a connection may become before its next request goes to a new one.
  var connectionAgeMax: TimeAmount
  /// Status line, headers and trailers of one answer.
  var headerBytesMax: Int
  /// The body of one answer.
  var answerBytesMax: Int
}
