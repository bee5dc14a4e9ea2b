/// Why the gateway gave no session: one row of the error table in `contract/gateway.md`, "Errors", applied to one answer (or to none).
///
/// Holds no customer data, no token and no URL; `detail` is text of the gateway, bounded and to be scrubbed by whoever publishes it.
public struct GatewayFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What to do about a failure.
  public enum Class: String, Hashable, Sendable {
    /// The same request can never work.
    case permanent
    /// The same request may work later.
    case transient
    /// No request of this merchant (or of any) will work until somebody changes the configuration: stop taking work, dead-letter nothing.
    case configuration
  }

  /// A stable name for programs. Open: the gateway's own titles are codes too.
  public struct Code: RawRepresentable, Hashable, Sendable {
    /// The name, in capitals.
    public let rawValue: String
    /// Makes a code from its name.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// 400.
    public static let invalidRequest = Code(rawValue: "INVALID_REQUEST")
    /// 422.
    public static let unprocessable = Code(rawValue: "UNPROCESSABLE_ENTITY")
    /// 401 for a token that was just refused for the first time and has been refreshed since: repeat at once.
    public static let tokenExpired = Code(rawValue: "TOKEN_EXPIRED")
    /// 401 that a fresh token did not mend, or no token to be had.
    public static let unauthorized = Code(rawValue: "UNAUTHORIZED")
    /// 403.
    public static let forbidden = Code(rawValue: "FORBIDDEN")
    /// 404.
    public static let notFound = Code(rawValue: "NOT_FOUND")
    /// 401 SESSION_TIMEOUT on GET.
    public static let sessionTimeout = Code(rawValue: "SESSION_TIMEOUT")
    /// 410 on GET.
    public static let sessionCanceled = Code(rawValue: "SESSION_CANCELED")
    /// 429.
    public static let rateLimited = Code(rawValue: "RATE_LIMITED")
    /// 5xx.
    public static let serverError = Code(rawValue: "GATEWAY_ERROR")
    /// Refused, DNS, TLS or proxy failure, or a connect time-out: the request never left.
    public static let connectFailed = Code(rawValue: "CONNECT_FAILED")
    /// There is no token at the moment: its endpoint cannot be reached or fails. The request never left.
    public static let tokenUnavailable = Code(rawValue: "TOKEN_UNAVAILABLE")
    /// The call waited so long for its token that it would leave beside its turn in the quota. It never left: repeat at once.
    public static let tokenLate = Code(rawValue: "TOKEN_LATE")
    /// The connection ended after the request left and before a whole answer came.
    public static let connectionLost = Code(rawValue: "CONNECTION_LOST")
    /// No whole answer in time.
    public static let requestTimeout = Code(rawValue: "REQUEST_TIMEOUT")
    /// An answer that breaks the contract: not JSON, cut short, too large, a redirect, an unknown status.
    public static let badAnswer = Code(rawValue: "BAD_ANSWER")
    /// A `hostedUrl` that is not https on the configured host or does not carry the session's id, or a `sessionId` that is no UUID.
    public static let untrustedAnswer = Code(rawValue: "UNTRUSTED_ANSWER")
    /// More calls wait in this process than may. The request never left.
    public static let overloaded = Code(rawValue: "OVERLOADED")
    /// Given up because the process stops.
    public static let canceled = Code(rawValue: "CANCELED")
  }

  /// Which of the three ways of going on applies.
  public var failureClass: Class
  /// What happened, for programs.
  public var code: Code
  /// The gateway's `title`, or ours.
  public var title: String
  /// The gateway's `detail` or `message`, or ours; at most 1024 UTF-8 bytes.
  public var detail: String
  /// The HTTP status, if an answer came.
  public var httpStatus: Int?
  /// Whether the request may have been processed: a repeated POST may then make a second session.
  public var inDoubt: Bool
  /// How long the gateway asked everybody to wait, from `Retry-After` (seconds or HTTP date, already turned into a duration).
  public var retryAfter: Duration?

  /// Whether the request surely never left, so that nobody was asked: there was no connection, no token, or no room.
  public var neverLeft: Bool { [.connectFailed, .tokenUnavailable, .tokenLate, .overloaded].contains(code) }

  /// Whether the gateway was reached: it answered, or the request was lost after it had left. A cancelled call says neither.
  public var reachedGateway: Bool { !neverLeft && code != .canceled }

  /// `CODE: detail`.
  public var description: String { "\(code.rawValue): \(detail)" }

  /// Makes a failure from its parts.
  public init(
    _ failureClass: Class, _ code: Code, title: String, detail: String, httpStatus: Int? = nil, inDoubt: Bool = false,
    retryAfter: Duration? = nil
  ) {
    self.failureClass = failureClass
    self.code = code
    self.title = title
    self.detail = detail
    self.httpStatus = httpStatus
    self.inDoubt = inDoubt
    self.retryAfter = retryAfter
  }
}
