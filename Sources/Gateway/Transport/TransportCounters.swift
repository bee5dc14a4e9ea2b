/// What one ``HTTPTransport`` has done since the counters were last taken, and what it holds now.
struct TransportCounters: Hashable, Sendable {
  /// Connections that were opened.
  var connects = 0
  /// Attempts that gave no connection.
  var connectFailures = 0
  /// Connections open or being opened.
  var connectionsOpen = 0
  /// Requests on a connection.
  var requestsInFlight = 0
  /// Requests waiting for a connection.
  var requestsWaiting = 0
}
