/// The configured times that guarantees speak of.
public struct AuditTimes: Hashable, Sendable {
  /// `creation.minimumRemainingLifetime`: what a URL must live at least when it is published.
  public var minimumRemainingLifetime: Duration
  /// What may pass between the worker's look at its clock and the timestamp of the record that it writes.
  public var publicationTolerance: Duration
  /// How long after `expiresAt` a URL may still work.
  public var lifetimeUncertainty: Duration
  /// How long after `expiresAt` a session may go without a terminal event, if no ledger says that it is being asked about.
  public var endGrace: Duration
  /// `reconciliation.unresolvedAfter`: how long after `expiresAt` at most a session is asked about before somebody is told.
  public var unresolvedAfter: Duration
  /// `ledger.retention`: what is older may be gone from the ledger.
  public var ledgerRetention: Duration

  /// Times with the contract's defaults for what is left out.
  public init(
    minimumRemainingLifetime: Duration = .seconds(300), publicationTolerance: Duration = .seconds(1),
    lifetimeUncertainty: Duration = .seconds(30), endGrace: Duration = .seconds(180), unresolvedAfter: Duration = .seconds(86_400),
    ledgerRetention: Duration = .seconds(7 * 86_400)
  ) {
    self.minimumRemainingLifetime = minimumRemainingLifetime
    self.publicationTolerance = publicationTolerance
    self.lifetimeUncertainty = lifetimeUncertainty
    self.endGrace = endGrace
    self.unresolvedAfter = unresolvedAfter
    self.ledgerRetention = ledgerRetention
  }
}
