import CheckoutSession
import Stage

/// What the owner of a ``PollDispatchState`` has to do after a change.
struct PollActions: Sendable {
  /// A hold that began (`failure` is there) or ended.
  struct HoldChange: Sendable {
    var merchantIndex: Int
    var failure: GatewayFailure?
    /// The one session that it is about, if it is not about the merchant.
    var sessionID: SessionID?
  }

  /// An outage that began or ended.
  enum OutageChange: Sendable {
    case began(Holding, GatewayFailure)
    /// After so long.
    case ended(Holding, lasted: Duration)
  }

  /// Calls to start.
  var calls: [ReadSessionCall] = []
  /// Sessions with a result.
  var settlements: [Settlement] = []
  /// Sessions to give back.
  var handedBack: [HandBack] = []
  /// Merchants that are held from now on, or not any more.
  var holdChanges: [HoldChange] = []
  /// Sessions that the gateway refuses to speak about while it speaks about others of their merchant.
  var refusals: [HoldChange] = []
  /// Whether the gateway has just become unreachable, or reachable again.
  var outageChange: OutageChange?
  /// What came of calls.
  var answers: [PollKind: Int] = [:]
  /// Statuses that this program does not know.
  var unknownStatuses: [String] = []
  /// When to call ``PollDispatchState/release(now:wallNow:into:)`` again; nil: only after results.
  var wakeAt: Duration?
  /// How far the time of day was set, forward or back, since the last change.
  var wallStep: Duration?
  /// Of submitted sessions, how many are kept for a poll or settled.
  var kept = 0
  /// Whether further results are to come soon, so that it is worth gathering.
  var moreExpected = false

  /// Puts a session where its verdict sends it.
  mutating func add(_ verdict: PollJudge.Verdict, _ polled: PolledSession) {
    switch verdict {
    case .settle(let settlement): settlements.append(settlement)
    case .handBack(let dueAt): handedBack.append(HandBack(key: polled.session.key, token: polled.lease.token, dueAt: dueAt))
    }
  }
}
