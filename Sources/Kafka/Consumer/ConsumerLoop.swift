import Logging
import Records

/// What the consumer's own thread does. Confined to that thread; meets the callers in ``ConsumerShared``.
///
/// One round: serve all events, move a revocation, the commits and the closing a step on, then block in the one queue that matters now:
/// the records' if a caller wants a batch, the events' if nobody does. Callers (through the waker) and events (through librdkafka's queue
/// callback) interrupt either. The half second is only a bound should a wake-up ever get lost.
final class ConsumerLoop {
  static let waitMax = Duration.milliseconds(500)

  let configuration: KafkaConsumerConfiguration
  let client: NativeClient
  let shared: ConsumerShared
  let metrics: ConsumerMetrics
  let logger: Logger
  let bridge: ConsumerBridge

  var now = ContinuousClock.now
  var revocation: Revocation?
  var commitInFlight: CommitInFlight?
  var commitRetryAt: ContinuousClock.Instant?
  var commitHeldUntil: ContinuousClock.Instant?
  var leaveDeadline: ContinuousClock.Instant?
  /// Whether partitions were given up and the assignment that follows has not come. With the eager protocols nothing is assigned in between,
  /// which must not pass for "everything is read".
  var isRejoining = false
  var stop: StopProgress
  /// Ends of partitions that were met behind records which are not handed out yet.
  var endsMet: [PartitionOffset] = []
  var lastWarning: KafkaError?
  private var isRunning = true

  init(
    configuration: KafkaConsumerConfiguration, client: NativeClient, shared: ConsumerShared, metrics: ConsumerMetrics, logger: Logger
  ) throws(KafkaError) {
    self.configuration = configuration
    self.client = client
    self.shared = shared
    self.metrics = metrics
    self.logger = logger
    self.stop = StopProgress(configuration.stop)
    let waker = shared.waker
    let made = client.call { pointer in
      Result { () throws(KafkaError) in try ConsumerBridge(client: pointer, waker: waker) }
    }
    self.bridge = try made.get()
  }

  /// Runs until the consumer has closed.
  func run() {
    if let error = begin() {
      fail(error)
    }
    while isRunning { round() }
    bridge.destroy()
  }

  /// Finds the end offsets to stop at, then joins the group or takes the fixed assignment.
  private func begin() -> KafkaError? {
    guard findEndOffsets() else { return nil }
    switch configuration.subscription {
    case .group(_, let topics): return bridge.subscribe(topics)
    case .assignment(let places, _):
      shared.withState { state in
        state.tracker.assign(places.map(\.partition))
        state.health.hasBeenAssigned = true
        state.health.assignedPartitions = places.map(\.partition).sorted()
      }
      return bridge.assign(places, incrementally: false)
    }
  }

  private func round() {
    now = .now
    while let event = bridge.pollEvent(timeout: .zero) { handle(event) }
    progressRevocation()
    progressCommit()
    isRunning = progressClosing()
    guard isRunning else { return }
    if stop.isReached(shared: shared, isRebalancing: revocation != nil || isRejoining) { shared.end(.drained) }
    let wait = waitTime()
    let now = now
    shared.withState { state in
      state.health.lastPollAt = now
      state.health.recordsInFlightCount = state.tracker.unfinishedCount
    }
    if let limits = shared.demand(recordsInFlightMax: configuration.recordsInFlightMax) {
      pollRecords(stop.narrowed(limits), wait: wait)
    } else if let event = bridge.pollEvent(timeout: wait) {
      handle(event)
    }
  }

  /// Until the next thing that is due, at most ``waitMax``.
  private func waitTime() -> Duration {
    let due =
      [revocation?.nextDeadline, commitInFlight?.deadline, commitRetryAt, commitHeldUntil, leaveDeadline].compactMap { $0 }
      + closingDeadlines
    let next = due.filter { $0 > now }.min() ?? now + Self.waitMax
    return min(Self.waitMax, next - now)
  }

  private func handle(_ event: ConsumerEvent) {
    switch event {
    case .assign(let places): assign(places)
    case .revoke(let places): revoke(places)
    case .committed(let error, let places): finishCommit(error: error, places: places)
    case .error(let error): note(error)
    case .statistics(let summary): observe(summary)
    case .other: break
    }
  }

  /// A fatal error ends the consumer; any other is kept for health, and logged once until it changes.
  func note(_ error: KafkaError) {
    // Who reads to an end must not wait for ever for what only a person can mend; a service may, and says so.
    let endsTheRead = configuration.stop != .never && error.failureClass == .configuration
    guard !error.isFatal, !endsTheRead else { return fail(error) }
    let now = now
    shared.withState { state in
      if error.code == .allBrokersDown { state.health.allBrokersDownSince = state.health.allBrokersDownSince ?? now }
      // That all are down says less than why the last one is.
      if error.code != .allBrokersDown || state.health.lastError == nil { state.health.lastError = error }
    }
    guard error != lastWarning else { return }
    lastWarning = error
    logger.warning("Kafka reports an error", metadata: ["error": "\(error)", "class": "\(error.failureClass.rawValue)"])
  }

  private func fail(_ error: KafkaError) {
    shared.withState { $0.health.fatalError = $0.health.fatalError ?? error }
    logger.critical("the Kafka consumer has ended for good", metadata: ["error": "\(error)"])
    shared.end(.failed(error))
  }

  /// Something came from a broker, so one is reachable.
  func noteReachable() {
    lastWarning = nil
    shared.withState { $0.health.allBrokersDownSince = nil }
  }

  private func observe(_ summary: StatisticsSummary) {
    let positions = shared.withState { state in
      if summary.brokersUpCount > 0 { state.health.allBrokersDownSince = nil }
      return state.tracker.partitions.compactMap { partition, progress in progress.nextOffset.map { PartitionOffset(partition, offset: $0) }
      }
    }
    let lag = positions.reduce(Int64(0)) { sum, place in
      sum + max(0, (bridge.cachedEnd(of: place.partition) ?? place.offset) - place.offset)
    }
    metrics.observe(lag: lag, summary: summary, recordsInFlight: shared.withState { $0.tracker.unfinishedCount })
  }
}
