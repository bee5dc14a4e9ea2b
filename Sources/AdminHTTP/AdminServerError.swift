/// Why the admin server could not do its work.
public struct AdminServerError: Error, Equatable, CustomStringConvertible {
  /// What went wrong. Open: more may come.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The code's word.
    public let description: String

    /// The address could not be listened on: taken, not this host's, or not permitted.
    public static let cannotListen = Code(description: "cannotListen")
    /// The server stopped while it was running.
    public static let stopped = Code(description: "stopped")
  }

  /// What went wrong.
  public let code: Code
  /// The host as configured.
  public let host: String
  /// The port as configured.
  public let port: Int
  /// What the system said.
  public let reason: String

  /// The error on one line, with the keys to change.
  public var description: String {
    switch code {
    case .cannotListen:
      "cannot listen on admin.host \(host), admin.port \(port) (\(reason)); another worker on this host may have it: each needs a port of its own, "
        + "or 0 for none"
    default: "admin server on \(host):\(port) \(code): \(reason)"
    }
  }
}
