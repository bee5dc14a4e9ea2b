import CheckoutSession
import Pacing

/// Everything the reconcile stage is told (`reconciliation.*`, `gateway.timeScale`).
public struct ReconciliationConfiguration: Sendable {
  /// Quotas and concurrency towards the gateway; merchant quotas in the order of ``merchantIDs``.
  public var pacer: PacerConfiguration
  /// The merchants, in the gateway client's order.
  public var merchantIDs: [String]
  /// Where status events go.
  public var statusTopic: String
  /// `ce_source`.
  public var source: String
  /// How long a leased session is this process's own. Real time, whatever ``timeScale`` says.
  public var leaseDuration: Duration
  /// Sessions in hand at most: waiting for their poll, polled, or being published.
  public var batchMax: Int
  /// How long after its deadline a session is polled for the last time.
  public var grace: Duration
  /// How long after its deadline a session that the gateway says nothing about becomes ``SessionStatus/unresolved``.
  public var unresolvedAfter: Duration
  /// How long after its creation a session may be unknown to the gateway.
  public var visibleAfter: Duration
  /// How much older than it is a session may seem: it is made between our request's leaving and its answer, so at most the gateway's request time-out.
  /// It is added to ``visibleAfter``. Real time.
  public var creationUncertainty: Duration
  /// How long a session lives: how much later than its computed deadline the gateway may say that it ends.
  public var lifetime: Duration
  /// The waits after polls that were not answered.
  public var backoff: BackoffPolicy
  /// The wait between polls of unresolved sessions; it grows with their age.
  public var unresolvedInterval: Duration
  /// How many times faster than real time the gateway's time passes (`gateway.timeScale`): every duration from ``grace`` to ``unresolvedInterval`` and those of
  /// the schedule are divided by it.
  public var timeScale: Double
  /// When sessions are polled.
  public var schedule: any PollPolicy
  /// The waits between probes of a merchant that the gateway refuses, and of a gateway that cannot be reached. Real time.
  public var patience: BackoffPolicy
  /// How long results are gathered while others are still under way.
  public var settlementLinger: Duration
  /// Groups of results that are recorded and published at once.
  public var settlementsInFlight: Int
  /// How long polls in flight may go on after a drain began before they are given up.
  public var drainTimeout: Duration
  /// How long a run that ends by itself goes on while the broker acknowledges nothing, or the ledger takes nothing, of what waits for it. Real time.
  public var standstillTimeout: Duration

  /// A configuration with the contract's defaults for what is left out.
  public init(
    pacer: PacerConfiguration = .standard, merchantIDs: [String], statusTopic: String = "checkout.session-status", source: String,
    leaseDuration: Duration = .seconds(60), batchMax: Int = 500, grace: Duration = .seconds(30),
    unresolvedAfter: Duration = .seconds(24 * 3600), visibleAfter: Duration = .seconds(30), creationUncertainty: Duration = .zero,
    lifetime: Duration = CreatedSession.lifetime,
    backoff: BackoffPolicy = BackoffPolicy(base: .seconds(5), cap: .seconds(300)), unresolvedInterval: Duration = .seconds(3600),
    timeScale: Double = 1, schedule: any PollPolicy = PollSchedules(),
    patience: BackoffPolicy = BackoffPolicy(base: .seconds(2), cap: .seconds(60)), settlementLinger: Duration = .milliseconds(25),
    settlementsInFlight: Int = 2, drainTimeout: Duration = .seconds(15), standstillTimeout: Duration = .seconds(60)
  ) {
    self.pacer = pacer
    self.merchantIDs = merchantIDs
    self.statusTopic = statusTopic
    self.source = source
    self.leaseDuration = max(leaseDuration, .seconds(1))
    self.batchMax = max(batchMax, 1)
    self.grace = grace
    self.unresolvedAfter = unresolvedAfter
    self.visibleAfter = visibleAfter
    self.creationUncertainty = max(creationUncertainty, .zero)
    self.lifetime = lifetime
    self.backoff = backoff
    self.unresolvedInterval = unresolvedInterval
    self.timeScale = timeScale.isFinite ? max(timeScale, 1) : 1
    self.schedule = schedule
    self.patience = patience
    self.settlementLinger = settlementLinger
    self.settlementsInFlight = max(settlementsInFlight, 1)
    self.drainTimeout = drainTimeout
    self.standstillTimeout = standstillTimeout
  }

  /// How long after its creation a session is polled for the first time, by mode and in real time: what the create stage puts into ``SessionWatch/firstPollAt``.
  public var firstPollAfter: [SessionMode: Duration] {
    Dictionary(uniqueKeysWithValues: SessionMode.allCases.map { ($0, schedule.firstPoll(of: $0) / timeScale) })
  }
}
