import CheckoutSession
import Ledger
import Logging

/// Keeps the ledger small and free of what is no longer needed, while `run` works: erases URLs of sessions that have ended, forgets identities after
/// `ledger.retention`, and what was replayed after `replay.historyRetention`. In bounded steps, so that no transaction of the create stage waits long behind one of these.
///
/// It forgets for good, so it does nothing before it knows what time it is: this host's clock may be wrong until the gateway has answered for the first time.
struct LedgerHousekeeping: Sendable {
  let ledger: any WorkerLedger
  /// `ledger.retention`.
  let retention: Duration
  /// `replay.historyRetention`.
  let historyRetention: Duration
  /// How long after its computed end a URL is kept: it may work that long, see `CreationConfiguration.lifetimeUncertainty`.
  let lifetimeUncertainty: Duration
  var clock: any Clock<Duration> = ContinuousClock()
  /// What sessions live by: `GatewayClient.clock`.
  let wallClock: WallClock
  /// Whether that is right: `GatewayClient.isTimeKnown`.
  let isTimeKnown: @Sendable () -> Bool
  let logger: Logger

  /// How often it looks.
  static let interval: Duration = .seconds(60)
  /// How often it looks whether the time is known.
  static let timeInterval: Duration = .seconds(1)
  /// Rows of one step.
  static let stepRowsMax = 1000
  /// Steps of one look: the rest is done by the next one.
  static let stepsMax = 100

  /// Works until cancelled.
  func run() async throws {
    while !isTimeKnown() { try await clock.sleep(for: Self.timeInterval) }
    while true {
      await look()
      try await clock.sleep(for: Self.interval)
    }
  }

  /// What a batch job does at its end, which may not have lived for one interval.
  func end() async {
    if isTimeKnown() { await look() }
  }

  private func look() async {
    do throws(LedgerFailure) {
      try await tidy()
    } catch {
      // Nothing depends on it; the create stage meets the same trouble and says so more loudly.
      logger.debug("ledger housekeeping is put off", metadata: ["error": "\(error)"])
    }
  }

  /// One look.
  func tidy() async throws(LedgerFailure) {
    let now = wallClock.now()
    let erased = try await inSteps { limit throws(LedgerFailure) in
      try await ledger.eraseHostedURLs(expiredBefore: now - lifetimeUncertainty, limit: limit)
    }
    let pruned = try await inSteps { limit throws(LedgerFailure) in
      try await ledger.prune(decidedBefore: now - retention, limit: limit)
    }
    let replays = try await inSteps { limit throws(LedgerFailure) in
      try await ledger.pruneReplays(claimedBefore: now - historyRetention, limit: limit)
    }
    // What is erased stands in the log until it is folded.
    try await ledger.foldLog()
    guard erased + pruned + replays > 0 else { return }
    logger.debug(
      "ledger tidied",
      metadata: ["urls_erased": "\(erased)", "identities_forgotten": "\(pruned)", "replays_forgotten": "\(replays)"])
  }

  /// Repeats a step until it finds less than it may take, or has been taken often enough for one look; how much all of them did.
  private func inSteps(_ step: (_ limit: Int) async throws(LedgerFailure) -> Int) async throws(LedgerFailure) -> Int {
    var total = 0
    for _ in 0..<Self.stepsMax where !Task.isCancelled {
      let count = try await step(Self.stepRowsMax)
      total += count
      if count < Self.stepRowsMax { break }
    }
    return total
  }
}
