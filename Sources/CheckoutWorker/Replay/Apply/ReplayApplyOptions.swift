import Pacing

/// What the command line of `checkout-worker replay apply` says.
public struct ReplayApplyOptions: Sendable {
  /// The plan's file.
  public var plan: String
  /// `--rate`.
  public var rate = 10.0
  /// `--canary`.
  public var canary = 5
  /// `--reply-timeout`, as it was written.
  public var replyTimeout = "60s"
  /// `--yes`.
  public var isConfirmed = false
  /// `--force`.
  public var isForced = false
  /// `--dry-run`.
  public var isDryRun = false

  /// Options for a plan.
  public init(plan: String) { self.plan = plan }

  /// The highest rate.
  static let rateMax = 10_000.0

  /// What is wrong with them, naming the option; nil if nothing is.
  public var objection: String? {
    guard plan != "-" else { return "PLAN: expected a file, which is read twice; standard input cannot be" }
    guard rate >= Quota.requestsPerSecondRange.lowerBound, rate <= Self.rateMax else {
      return "--rate: expected requests per second from \(Quota.requestsPerSecondRange.lowerBound) to \(Int(Self.rateMax)), got \(rate)"
    }
    guard canary >= 0 else { return "--canary: expected a number from 0 on, got \(canary)" }
    guard let timeout = DurationText.duration(of: replyTimeout), timeout > .zero else {
      return "--reply-timeout: expected a time such as 60s or 5m, got \"\(replyTimeout.prefix(80))\""
    }
    return nil
  }
}
