import CheckoutSession
import Stage

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
  /// Sessions given back without a result: their turn did not come, nobody got through to the gateway, it refuses their merchant, or the stage drained. A session counts each
  /// time, and a call may have left for it.
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
  /// What the broker said last, if the run ended although events wait in the ledger for it to take them; nil if it took all.
  public var couldNotPublish: PublishReport.Failure?
  /// What the ledger said last, if the run ended because it could not be written.
  public var couldNotWrite: LedgerFailure?

  /// Makes empty statistics.
  public init() {}

  /// All events.
  public var eventsTotal: Int { events.values.reduce(0, +) }
}
