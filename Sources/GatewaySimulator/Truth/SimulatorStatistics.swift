import CheckoutSession

/// What the simulator saw since its start or its last reset, as `GET /__simulator/stats` serves it.
public struct SimulatorStatistics: Hashable, Sendable {
  /// A merchantTransactionId for which more than one session was made.
  public struct Repeated: Hashable, Sendable {
    /// The merchant, in lower case.
    public let merchantID: String
    /// The id.
    public let merchantTransactionID: String
    /// How many sessions.
    public let sessions: Int
  }

  /// The most entries of ``repeatedTransactions``.
  public static let repeatedTransactionsMax = 1000

  /// The name of the scenario.
  public var scenario = ""
  /// Real time since the start, the last reset or the last change of the scenario.
  public var elapsed: Duration = .zero
  /// Requests by route (`POST /sessions`, `GET /sessions/{id}`, `POST /oauth2/token`, `other`) and by what they got: a status, `reset` or `noAnswer`.
  public var requests: [String: [String: Int]] = [:]
  /// Faults injected.
  public var faults: [FaultKind: Int] = [:]
  /// The most calls of `/sessions` in any second, wherever it begins, refused ones too.
  public var peakRequestsPerSecond = 0
  /// 429s, by quota or burst.
  public var quotaRefusals = 0
  /// By how many requests the worst window of any length went over `rate × time + burst`, refused ones counted; 0 if none did, nil without a quota.
  public var quotaExcessPeak: Double?
  /// Sessions made.
  public var sessions = 0
  /// Sessions by what they are now.
  public var sessionsByStatus: [SimulatedStatus: Int] = [:]
  /// How many merchantTransactionIds have how many sessions.
  public var sessionsPerTransaction: [Int: Int] = [:]
  /// Those with more than one, at most ``repeatedTransactionsMax``.
  public var repeatedTransactions: [Repeated] = []
  /// Tokens issued since the start.
  public var tokensIssued = 0
  /// Connections open now.
  public var connectionsOpen = 0
  /// Connections accepted.
  public var connectionsTotal = 0

  /// All requests of one route; 0 for a route never asked for.
  public func requests(to route: String) -> Int { requests[route]?.values.reduce(0, +) ?? 0 }
}
