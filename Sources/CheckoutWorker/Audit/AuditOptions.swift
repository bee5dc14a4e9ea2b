import CheckoutSession

/// What the command line of `checkout-worker audit` says.
public struct AuditOptions: Sendable {
  /// `--since`.
  public var since: String?
  /// `--until`.
  public var until: String?
  /// `--from-offsets`.
  public var fromOffsets: String?
  /// `--to-offsets`.
  public var toOffsets: String?
  /// `--no-ledger`.
  public var withoutLedger = false
  /// `--json`.
  public var json = false
  /// `--examples`; nil: every exception.
  public var examplesMax: Int?

  /// Options that read everything.
  public init() {}

  /// What is wrong with them, naming the option; nil if nothing is.
  public var objection: String? {
    for (name, text) in [("--since", since), ("--until", until)] {
      guard let text, AuditRange.moment(text, now: WallClock.system.now()) == nil else { continue }
      return "\(name): expected a time such as 2030-01-31T12:00:00Z, or a duration such as 2h for so long ago, got \"\(text.prefix(80))\""
    }
    for (name, text) in [("--from-offsets", fromOffsets), ("--to-offsets", toOffsets)] {
      guard let text, AuditRange.offsets(text) == nil else { continue }
      return "\(name): expected partition:offset, comma-separated, such as 0:1500,1:1480, got \"\(text.prefix(80))\""
    }
    if let examplesMax, examplesMax < 0 { return "--examples: expected a number from 0 on, got \(examplesMax)" }
    return nil
  }

  /// The range; ``objection`` is nil.
  func range(now: Timestamp) -> AuditRange {
    AuditRange(
      since: since.flatMap { AuditRange.moment($0, now: now) }, until: until.flatMap { AuditRange.moment($0, now: now) },
      fromOffsets: fromOffsets.flatMap(AuditRange.offsets) ?? [:], toOffsets: toOffsets.flatMap(AuditRange.offsets) ?? [:])
  }
}
