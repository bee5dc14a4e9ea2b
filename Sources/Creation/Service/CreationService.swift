import CheckoutSession
import Logging
import Pacing
import Records
import Stage
import Synchronization

/// The create stage: takes batches of requests, has a session created for each, and publishes the replies (`design/architecture.md`, "Order of writes").
///
/// The path of a request: ``Intake`` reads it, ``InFlightIdentities`` makes sure that nobody else here works on its identity, the ledger claims it, the
/// ``Dispatcher`` sends it, the ``Settler`` records and publishes what came of it, and its record is finished. One asynchronous hop per batch or group.
///
/// Every record that was taken is in exactly one place: with the taker, behind the holder of its identity, in the dispatcher, in the settler, or among the
/// ``PutOffRequests``; it leaves by being finished or by being abandoned, and only then does it leave the count of records in flight.
public final class CreationService: Sendable {
  struct State {
    var statistics = CreationStatistics()
    var isDraining = false
    /// Since when somebody has waited to be told what time it is; in the stage's time.
    var awaitsTimeSince: Duration?
  }

  /// The two parts that report back to the service, which therefore exists before them.
  struct Parts: Sendable {
    var dispatcher: Dispatcher
    var settler: Settler
  }

  let configuration: CreationConfiguration
  let source: any RequestSource
  let creator: any SessionCreator
  let ledger: any RequestLedger
  let time: MonotonicTime
  let wallClock: WallClock
  let logger: Logger
  let metrics = CreationMetrics()
  let spawner = TaskSpawner()
  let batches = CapacityGate()
  let records = CapacityGate()
  let waivedPlaces: WaivedPlaces
  let identities: InFlightIdentities
  let putOffRequests: PutOffRequests
  let state = Mutex(State())
  let parts: Parts
  let endsWhenRefused: Bool
  let standstillTimeout: Duration?
  /// Holds for the ledger and the broker; those for the gateway are the dispatcher's.
  let board: HoldingBoard
  /// In use while no records are to be taken.
  let intakeStops = CapacityGate()

  /// - Parameters:
  ///   - endsWhenRefused: whether a refused merchant (401 after a fresh token, 403) ends the stage with an error instead of being held and probed.
  ///   - standstillTimeout: after so long without a usable answer of the gateway, of the ledger or of the broker, although something waits for one, the stage ends
  ///     by itself and leaves what it has to the next run; nil: it waits for as long as it takes.
  ///   - seed: of the jitter between attempts.
  public init(
    configuration: CreationConfiguration, source: any RequestSource, sink: any ReplySink, creator: any SessionCreator,
    ledger: any RequestLedger, time: MonotonicTime = .continuous(), wallClock: WallClock = .system, endsWhenRefused: Bool = false,
    standstillTimeout: Duration? = nil, seed: UInt64 = .random(in: 0 ... .max), logger: Logger
  ) {
    self.configuration = configuration
    self.source = source
    self.creator = creator
    self.ledger = ledger
    self.time = time
    self.wallClock = wallClock
    self.endsWhenRefused = endsWhenRefused
    self.standstillTimeout = standstillTimeout
    self.logger = logger
    waivedPlaces = WaivedPlaces(max: configuration.putOffMax)
    identities = InFlightIdentities(waivedPlaces: waivedPlaces)
    putOffRequests = PutOffRequests(waivedPlaces: waivedPlaces)
    let reports = WeakReference<CreationService>()
    let board = HoldingBoard(time: time, wallClock: wallClock, onChange: { reports.object?.take($0) })
    self.board = board
    let dispatchState = DispatchState(
      pacer: configuration.pacer, merchantsCount: configuration.merchants.ids.count, policy: configuration.attempts,
      waivedPlaces: waivedPlaces, seed: seed, now: time.now)
    parts = Parts(
      dispatcher: Dispatcher(
        state: dispatchState, creator: creator, time: time, wallClock: wallClock, spawner: spawner,
        onActions: { reports.object?.take($0) }),
      settler: Settler(
        configuration: configuration, ledger: ledger, sink: sink, time: time, wallClock: wallClock, isTimeKnown: { creator.isTimeKnown },
        spawner: spawner, board: board, logger: logger, onOutcome: { try await reports.object?.take($0) }))
    reports.bind(self)
  }

  /// Works until the source has no more records or ``beginDrain()`` was called, and everything taken is settled or given up.
  /// - Throws: what the source or the sink cannot go on from, a ledger that is broken, or ``CreationError``.
  public func run() async throws -> CreationStatistics {
    spawner.spawn { [self] in
      try await takeBatches()
      try await records.wait(untilAtMost: 0)
      spawner.finish()
    }
    if let standstillTimeout { spawner.spawn { [self] in try await watchForStandstill(standstillTimeout) } }
    try await spawner.run()
    return state.withLock { $0.statistics }
  }

  /// Stops taking batches, sends nothing new, and lets what is under way end within `drainTimeout`; then that is abandoned too. May be called at any time.
  public func beginDrain() {
    let isFirst = state.withLock { state in
      defer { state.isDraining = true }
      return !state.isDraining
    }
    guard isFirst else { return }
    logger.info("draining", metadata: ["records_in_flight": "\(records.inUse)", "within": "\(configuration.drainTimeout)"])
    source.stop()
    parts.dispatcher.drain()
    abandon(putOffRequests.close(), holdingIdentities: false)
    spawner.spawn { [self] in
      try await time.sleep(until: time.now + configuration.drainTimeout)
      creator.cancelAll()
      try await time.sleep(until: time.now + Self.settlingTimeout)
      logger.warning("drain ends with records that are not finished; they come again", metadata: ["records": "\(records.inUse)"])
      spawner.finish()
    }
  }

  /// How long the last decisions of a drain may take to be published.
  private static let settlingTimeout: Duration = .seconds(5)

  /// Changes the part of the gateway's quota that this stage may use, from now on: before this returns, nothing more starts than it allows.
  /// Without a call the stage uses all of it. May be called at any time and from any thread; nothing in it waits.
  /// - Parameters:
  ///   - fraction: 0 to 1 of the configured quotas, bursts included; 0 starts nothing until it is more.
  ///   - pausedUntil: nothing starts before, in the time the stage was made with: another process was told so by the gateway. It never shortens a pause.
  public func setQuota(fraction: Double, pausedUntil: Duration? = nil) {
    parts.dispatcher.setQuota(fraction: fraction, pausedUntil: pausedUntil)
  }

  var isDraining: Bool { state.withLock { $0.isDraining } }

  /// How the stage is doing.
  public var status: CreationStatus {
    let (statistics, isDraining) = state.withLock { ($0.statistics, $0.isDraining) }
    let holds = parts.dispatcher.holds.enumerated().compactMap { index, hold in
      hold.map { CreationStatus.Hold(merchantIndex: index, failure: $0.failure, since: $0.since) }
    }
    return CreationStatus(
      statistics: statistics, pacing: parts.dispatcher.snapshot, batchesInFlight: batches.inUse, recordsInFlight: records.inUse,
      holds: holds, holdings: (parts.dispatcher.holdings + board.holdings).sorted { $0.since < $1.since }, isDraining: isDraining)
  }
}
