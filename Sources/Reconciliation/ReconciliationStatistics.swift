import CheckoutSession

/// What the reconcile stage has done so far.
public struct ReconciliationStatistics: Hashable, Sendable {
  /// Calls that left for the gateway, as far as known.
  public var polls = 0
  /// Calls by what came of them; see ``PollKind``. Those that never left are here too.
  public var answers: [PollKind: Int] = [:]
  /// Status events acknowledged by the broker, by status.
  public var events: [SessionStatus: Int] = [:]
  /// Sessions leased.
  public var leased = 0
  /// Sessions given back without having been polled.
  public var handedBack = 0
  /// Results that were not recorded because the session's lease had passed to another reconciler.
  public var leaseLosses = 0
  /// Outstanding sessions that are UNRESOLVED when the run ends: a person must look.
  public var unresolved = 0
  /// Merchants that the gateway refused to speak about, by id, with what it said last. A merchant that it speaks about again after a hold is not among them.
  public var refused: [String: GatewayFailure] = [:]
  /// Merchants that have outstanding sessions and that the configuration does not know.
  public var unknownMerchants: Set<String> = []
  /// Whether sessions were left alone because the gateway could not be reached, gave no token, or asked for a long wait.
  public var isGatewayUnreachable = false

  /// Makes empty statistics.
  public init() {}

  /// All events.
  public var eventsTotal: Int { events.values.reduce(0, +) }
}
