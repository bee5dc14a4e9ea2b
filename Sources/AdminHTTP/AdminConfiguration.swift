/// Where and within which bounds the admin endpoints are served (`admin.*` in design/architecture.md).
public struct AdminConfiguration: Sendable {
  /// The address to listen on.
  public var host: String
  /// The port to listen on; 0 lets the kernel choose (the command line does not start the server for 0).
  public var port: Int
  /// Guards everything but `/livez` and `/readyz`, which orchestrators call without credentials; nil: open to whoever reaches the port.
  public var token: AdminToken?
  /// The longest request head, in bytes.
  public var headerBytesMax: Int
  /// The most headers of a request.
  public var headersMax: Int
  /// How long a connection may stay without a request or in the middle of one.
  public var idleTimeout: Duration
  /// The most connections open at once; more wait in the kernel's queue.
  public var connectionsMax: Int
  /// How long health checks may take before the answer is 503.
  public var checkDeadline: Duration

  /// Creates a configuration; the defaults are those of the reference.
  public init(
    host: String = "127.0.0.1", port: Int = 8080, token: AdminToken? = nil, headerBytesMax: Int = 16 * 1024, headersMax: Int = 100,
    idleTimeout: Duration = .seconds(30), connectionsMax: Int = 64, checkDeadline: Duration = .seconds(2)
  ) {
    self.host = host
    self.port = port
    self.token = token
    self.headerBytesMax = headerBytesMax
    self.headersMax = headersMax
    self.idleTimeout = idleTimeout
    self.connectionsMax = connectionsMax
    self.checkDeadline = checkDeadline
  }
}
