import CheckoutSession

/// What the owner of a ``DispatchState`` has to do after a change.
struct DispatchActions: Sendable {
  /// A hold that began (`failure` is there) or ended.
  struct HoldChange: Sendable {
    var merchantIndex: Int
    /// What the gateway said, scrubbed of the customer's data.
    var failure: GatewayFailure?
  }

  /// A change in whether the gateway can be reached at all.
  enum Reachability: Sendable {
    case lost(GatewayFailure)
    case back
  }

  /// Calls to start.
  var calls: [CreateSessionCall] = []
  /// Requests with a decision.
  var decided: [Settlement] = []
  /// Requests to drop: their records stay uncommitted and come again.
  var abandoned: [PendingRequest] = []
  /// The batches of requests that have just given up their batch's place, one for each request.
  var placesGivenUp: [BatchInProgress] = []
  /// Merchants that the gateway has just refused, or takes again.
  var holdChanges: [HoldChange] = []
  /// Whether the gateway has just become unreachable, or reachable again.
  var reachability: Reachability?
  /// When to call ``DispatchState/release(now:wallNow:into:)`` again; nil: only after results.
  var wakeAt: Duration?
  /// Whether further results are to come soon, so that it is worth gathering.
  var moreExpected = false
}
