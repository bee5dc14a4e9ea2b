import CheckoutSession
import Ledger
import Logging

/// Keeps the ledger small and free of what is no longer needed, while `run` works: erases URLs of sessions that have ended, and forgets identities after
/// `ledger.retention`. In bounded steps, so that no transaction of the create stage waits long behind one of these.
struct LedgerHousekeeping: Sendable {
  let ledger: any WorkerLedger
  /// `ledger.retention`.
  let retention: Duration
  /// How long after its computed end a URL is kept: it may work that long, see `CreationConfiguration.lifetimeUncertainty`.
  let lifetimeUncertainty: Duration
  var clock: any Clock<Duration> = ContinuousClock()
  var wallClock = WallClock.system
  let logger: Logger

  /// How often it looks.
  static let interval: Duration = .seconds(60)
  /// Rows of one step.
  static let stepRowsMax = 1000
  /// Steps of one look: the rest is done by the next one.
  static let stepsMax = 100

  /// Works until cancelled.
  func run() async throws {
    while true {
      // First of all once: a batch job may not live for one interval.
      do throws(LedgerFailure) {
        try await tidy()
      } catch {
        // Nothing depends on it; the create stage meets the same trouble and says so more loudly.
        logger.debug("ledger housekeeping is put off", metadata: ["error": "\(error)"])
      }
      try await clock.sleep(for: Self.interval)
    }
  }

  /// One look.
  func tidy() async throws(LedgerFailure) {
    let now = wallClock.now()
    var erased = 0
    var pruned = 0
    for _ in 0..<Self.stepsMax where !Task.isCancelled {
      let count = try await ledger.eraseHostedURLs(expiredBefore: now - lifetimeUncertainty, limit: Self.stepRowsMax)
      erased += count
      if count < Self.stepRowsMax { break }
    }
    for _ in 0..<Self.stepsMax where !Task.isCancelled {
      let count = try await ledger.prune(decidedBefore: now - retention, limit: Self.stepRowsMax)
      pruned += count
      if count < Self.stepRowsMax { break }
    }
    // What is erased stands in the log until it is folded.
    try await ledger.foldLog()
    if erased + pruned > 0 { logger.debug("ledger tidied", metadata: ["urls_erased": "\(erased)", "identities_forgotten": "\(pruned)"]) }
  }
}
