import CheckoutSession
import Logging
import Pacing
import Stage
import Synchronization

/// The reconcile stage: asks the gateway about outstanding sessions until it says how they ended, and publishes what it says.
///
/// The path of a session: it is leased when it is due, the ``PollDispatcher`` asks about it, the ``EventSettler`` records what that changed and publishes the event, and it is
/// settled. Every session in hand is in exactly one of these places, or on its way back to the ledger; it leaves by being settled, lost to another
/// reconciler's lease, or given back. There are never more in hand than ``ReconciliationConfiguration/batchMax``, whatever is outstanding.
///
/// Two reconcilers share a ledger without knowing of each other: a session is leased by one of them, and what is recorded under a lease that has passed on is not recorded.
public final class ReconciliationService: Sendable {
  struct State {
    var statistics = ReconciliationStatistics()
    var inHand: Set<ClaimKey> = []
    var counts: OutstandingCounts?
    var countedAt = Duration.seconds(-3600)
    var unknownStatuses: Set<String> = []
    /// Polls in a row without a usable answer.
    var unansweredInRow = 0
    var isDraining = false
    /// Whether the run ends because nothing is left that it could settle.
    var isSettled = false
    /// Leases of sessions that were due again while they were still in hand.
    var leasedAgain: [ClaimKey: SessionLease.Token] = [:]
    /// Leases in a row of which nothing could be polled.
    var barren = 0
  }

  /// The two parts that report back to the service, which therefore exists before them.
  struct Parts: Sendable {
    var dispatcher: PollDispatcher
    var settler: EventSettler
  }

  let configuration: ReconciliationConfiguration
  let mode: ReconciliationRun
  let reader: any SessionReader
  let ledger: any OutstandingLedger
  let time: MonotonicTime
  let wallClock: WallClock
  let logger: Logger
  let metrics = ReconciliationMetrics()
  let spawner = TaskSpawner()
  let progress: ProgressWatch
  /// Holds for the ledger and the broker; those for the gateway are the dispatcher's.
  let board: HoldingBoard
  /// The sessions in hand.
  let sessions = CapacityGate()
  /// One is in use until a drain begins.
  let working = CapacityGate()
  let state = Mutex(State())
  let parts: Parts
  let merchantIndices: [String: Int]
  let startedAt: Timestamp

  /// - Parameter seed: of the jitter between polls.
  public init(
    configuration: ReconciliationConfiguration, run: ReconciliationRun, reader: any SessionReader, ledger: any OutstandingLedger,
    sink: any StatusSink, time: MonotonicTime = .continuous(), wallClock: WallClock = .system, seed: UInt64 = .random(in: 0 ... .max),
    logger: Logger
  ) {
    self.configuration = configuration
    mode = run
    self.reader = reader
    self.ledger = ledger
    self.time = time
    self.wallClock = wallClock
    self.logger = logger
    startedAt = wallClock.now()
    merchantIndices = Dictionary(configuration.merchantIDs.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    progress = ProgressWatch(time: time)
    let reports = WeakReference<ReconciliationService>()
    let board = HoldingBoard(time: time, wallClock: wallClock, onChange: { reports.object?.report($0) })
    self.board = board
    let dispatchState = PollDispatchState(configuration, run: run, seed: seed, now: time.now, wallNow: startedAt)
    parts = Parts(
      dispatcher: PollDispatcher(
        state: dispatchState, reader: reader, time: time, wallClock: wallClock, spawner: spawner,
        onActions: { reports.object?.take($0) }),
      settler: EventSettler(
        configuration: configuration, ledger: ledger, sink: sink, time: time, wallClock: wallClock, spawner: spawner, logger: logger,
        progress: progress, board: board, onSettled: { reports.object?.take($0) }))
    working.enter()
    reports.bind(self)
  }

  /// Works for as long as its ``ReconciliationRun`` says, or until ``beginDrain()`` was called, and everything in hand is settled or given back.
  /// - Throws: what the sink cannot go on from, or a ledger that is broken.
  public func run() async throws -> ReconciliationStatistics {
    spawner.spawn { [self] in
      try await work()
      try await sessions.wait(untilAtMost: 0)
      try await conclude()
      spawner.finish()
    }
    if mode != .watch { spawner.spawn { [self] in try await watchForStandstill() } }
    try await spawner.run()
    return statistics
  }

  /// Leases nothing more, gives back what has not been sent, and lets polls in flight end within `drainTimeout`. May be called at any time.
  public func beginDrain() {
    let isFirst = state.withLock { state in
      defer { state.isDraining = true }
      return !state.isDraining
    }
    guard isFirst else { return }
    logger.info("draining", metadata: ["sessions_in_hand": "\(sessions.inUse)", "within": "\(configuration.drainTimeout)"])
    working.leave()
    parts.dispatcher.drain()
    spawner.spawn { [self] in
      try await time.sleep(until: time.now + configuration.drainTimeout)
      reader.cancelAll()
      try await time.sleep(until: time.now + Self.settlingTimeout)
      logger.warning(
        "drain ends with sessions in hand; they are due again when their lease ends", metadata: ["sessions": "\(sessions.inUse)"])
      spawner.finish()
    }
  }

  /// Applies this process's part of the gateway's quota: `fraction` (0 to 1) of every rate, and until when the gateway asked another process to wait, in the time of
  /// the ``MonotonicTime`` that the service was made with. At 0 nothing is sent. May be called at any time.
  public func setQuota(fraction: Double, pausedUntil: Duration?) {
    parts.dispatcher.setQuota(fraction: fraction, pausedUntil: pausedUntil)
  }

  /// How long the last results of a drain may take to be published.
  private static let settlingTimeout: Duration = .seconds(5)

  var isDraining: Bool { state.withLock { $0.isDraining } }

  /// What was done so far.
  private var statistics: ReconciliationStatistics {
    var (statistics, isSettled) = state.withLock { ($0.statistics, $0.isSettled) }
    let now = time.now
    let (refusals, isUnreachable) = parts.dispatcher.read { ($0.refusals, $0.isUnreachable(now: now)) }
    for (merchant, failure) in refusals { statistics.refused[configuration.merchantIDs[merchant]] = failure }
    // Who has nothing left to ask need not care.
    statistics.isGatewayUnreachable = isUnreachable && !isSettled
    return statistics
  }

  /// How the stage is doing.
  public var status: ReconciliationStatus {
    let (counts, isDraining) = state.withLock { ($0.counts, $0.isDraining) }
    let (pacing, holds, holdings) = parts.dispatcher.read { ($0.pacer.snapshot, $0.holds, $0.holdings) }
    return ReconciliationStatus(
      statistics: statistics, counts: counts, pacing: pacing, sessionsInHand: sessions.inUse, settling: parts.settler.count,
      holds: holds.enumerated().compactMap { index, hold in
        hold.map { ReconciliationStatus.Hold(merchantIndex: index, failure: $0.failure, since: $0.since) }
      }, holdings: (holdings + board.holdings).sorted { $0.since < $1.since }, isDraining: isDraining)
  }
}
