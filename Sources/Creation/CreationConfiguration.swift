import CheckoutSession
import Pacing
import Records

/// Everything the create stage is told (`creation.*`, `deadLetters.payload`; `design/architecture.md`, "Configuration keys").
public struct CreationConfiguration: Sendable {
  /// How batches are gathered.
  public var batch: BatchLimits
  /// Batches that may be worked on at once.
  public var batchesInFlight: Int
  /// When to try again and when to give up.
  public var attempts: AttemptPolicy
  /// Quotas and concurrency towards the gateway; merchant quotas in the order of `merchants`.
  public var pacer: PacerConfiguration
  /// No URL that lives shorter than this is published.
  public var minimumRemainingLifetime: Duration
  /// How long after its computed end a URL may still work: the session is made up to a request time-out after our request left.
  public var lifetimeUncertainty: Duration
  /// How long after its creation the reconciliation stage asks for the first time what became of a session, by mode.
  public var firstPollAfter: [SessionMode: Duration]
  /// Requests that may wait for an earlier URL of theirs to die, for a refused merchant, for a token or in the replay lane; more than these hold their batch's place.
  public var putOffMax: Int
  /// What dead letters carry.
  public var deadLetterPayload: DeadLetterPayload
  /// Where replies go.
  public var routing: ReplyRouting
  /// Who may ask.
  public var merchants: MerchantDirectory
  /// Decisions that are recorded and published together at most.
  public var settlementRecordsMax: Int
  /// How long decisions are gathered for that while others are still under way.
  public var settlementLinger: Duration
  /// Groups of decisions that are recorded and published at once.
  public var settlementsInFlight: Int
  /// How long requests in flight may go on after a drain began before they are abandoned.
  public var drainTimeout: Duration

  /// A configuration with the contract's defaults for what is left out.
  public init(
    batch: BatchLimits = BatchLimits(), batchesInFlight: Int = 4, attempts: AttemptPolicy = AttemptPolicy(),
    pacer: PacerConfiguration = .standard, minimumRemainingLifetime: Duration = .seconds(300),
    lifetimeUncertainty: Duration = .seconds(30), firstPollAfter: [SessionMode: Duration] = [:], putOffMax: Int = 10_000,
    deadLetterPayload: DeadLetterPayload = .reference,
    routing: ReplyRouting, merchants: MerchantDirectory, settlementRecordsMax: Int = 500,
    settlementLinger: Duration = .milliseconds(2), settlementsInFlight: Int = 4, drainTimeout: Duration = .seconds(15)
  ) {
    self.batch = batch
    self.batchesInFlight = max(batchesInFlight, 1)
    self.attempts = attempts
    self.pacer = pacer
    self.minimumRemainingLifetime = minimumRemainingLifetime
    self.lifetimeUncertainty = lifetimeUncertainty
    self.firstPollAfter = firstPollAfter
    self.putOffMax = putOffMax
    self.deadLetterPayload = deadLetterPayload
    self.routing = routing
    self.merchants = merchants
    self.settlementRecordsMax = max(settlementRecordsMax, 1)
    self.settlementLinger = settlementLinger
    self.settlementsInFlight = max(settlementsInFlight, 1)
    self.drainTimeout = drainTimeout
  }
}
