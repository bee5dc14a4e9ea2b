import CheckoutSession
import Stage

/// What the owner of a ``DispatchState`` has to do after a change.
struct DispatchActions: Sendable {
  /// A hold that began (`failure` is there) or ended.
  struct HoldChange: Sendable {
    var merchantIndex: Int
    /// What the gateway said, scrubbed of the customer's data.
    var failure: GatewayFailure?
  }

  /// An outage that began or ended.
  enum OutageChange: Sendable {
    /// Because of what was said last, scrubbed of the customer's data.
    case began(Holding, GatewayFailure)
    /// After so long.
    case ended(Holding, lasted: Duration)
  }

  /// Calls to start.
  var calls: [CreateSessionCall] = []
  /// The merchant in whose name to ask the gateway for its time; nil: do not ask.
  var asksTimeOf: Int?
  /// Requests with a decision.
  var decided: [Settlement] = []
  /// Requests to drop: their records stay uncommitted and come again.
  var abandoned: [PendingRequest] = []
  /// The batches of requests that have just given up their batch's place, one for each request.
  var placesGivenUp: [BatchInProgress] = []
  /// Merchants that the gateway has just refused, or takes again.
  var holdChanges: [HoldChange] = []
  /// Outages that have just begun or ended.
  var outageChanges: [OutageChange] = []
  /// Whether the stage is to stop taking records from now on (true) or to go on (false); nil: as before.
  var closesIntake: Bool?
  /// When to call ``DispatchState/release(now:wallNow:into:)`` again; nil: only after results.
  var wakeAt: Duration?
  /// Whether further results are to come soon, so that it is worth gathering.
  var moreExpected = false
}
