import CheckoutSession
import Logging
import Synchronization

/// The connections to one database: made when they are needed, at most ``PostgreSQLLedgerConfiguration/connectionsMax`` of them, thrown away when they break
/// or nobody needs them.
///
/// A call is one hop to a connection's thread and one back. What waits for a connection is done by the worker that comes free first, without a hop between.
/// How long a call may take is bounded: it waits for a connection for at most ``PostgreSQLLedgerConfiguration/statementTimeout``, rounded up to the end
/// of the call before it, and every statement has its time-out.
final class PostgresPool: Sendable {
  private struct Job: Sendable {
    var submittedAt: Duration
    /// Does the work, and gives what tells the caller.
    var run: @Sendable (PoolWorker) -> @Sendable () -> Void
    /// Tells the caller that it is not done.
    var refuse: @Sendable (LedgerFailure) -> Void
    var isWanted: @Sendable () -> Bool
  }
  private struct State {
    var jobs: PoolState<Job>
    /// Who waits for the last worker after ``PostgresPool/close()``.
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  /// Connections without work for this long are closed.
  static let idleMax: Duration = .seconds(300)

  private let configuration: PostgreSQLLedgerConfiguration
  private let connector: PostgresConnector
  private let workers: [PoolWorker]
  private let monotonic: @Sendable () -> Duration
  private let state: Mutex<State>

  private init(_ configuration: PostgreSQLLedgerConfiguration, monotonic: @escaping @Sendable () -> Duration, logger: Logger) {
    self.configuration = configuration
    self.monotonic = monotonic
    let connector = PostgresConnector(configuration, monotonic: monotonic, logger: logger)
    self.connector = connector
    workers = (0..<configuration.connectionsMax).map { PoolWorker(number: $0, connector: connector) }
    let jobs = PoolState<Job>(workers: configuration.connectionsMax, queuedMax: configuration.queuedCallsMax, idleMax: Self.idleMax)
    state = Mutex(State(jobs: jobs))
  }

  /// Opens the pool with one connection, over which the server is asked for its time.
  ///
  /// Throws ``LedgerFailure``, see ``LedgerFailure/meaning(of:)``.
  /// - Parameter monotonic: the time since any one moment, for pauses and the server's clock; tests give their own.
  static func open(
    _ configuration: PostgreSQLLedgerConfiguration, logger: Logger,
    monotonic: @escaping @Sendable () -> Duration = MonotonicTime.now
  ) async throws(LedgerFailure) -> PostgresPool {
    let pool = PostgresPool(configuration, monotonic: monotonic, logger: logger)
    try await pool.with(isCancellable: true) { _ in }
    return pool
  }

  /// The server's time of day: asked with every connection and again every ``ServerClock/askAgainAfter`` when in use, and kept by the host's monotonic clock
  /// in between.
  var serverClock: WallClock { WallClock { [clock = connector.clock] in clock.now() } }

  /// Calls that wait for a connection.
  var queuedCount: Int { state.withLock { $0.jobs.queuedCount } }

  /// Whether ``close()`` was called.
  var isClosed: Bool { state.withLock { $0.jobs.isClosed } }

  /// Lends a connection to `body`, which runs on the connection's thread, where it may block, and may be called twice: the first time over a connection that
  /// turned out to be broken, and with nothing committed. So it must not leave anything behind but in the database and in what it returns.
  ///
  /// Throws ``LedgerFailure``: what ``LedgerFailure/meaning(of:)`` makes of the error; that of `body` if it is one; ``LedgerFailure/Code/busy`` at once if
  /// too many calls wait.
  /// - Parameter isCancellable: whether the call ends as soon as the task is cancelled. The statement that is under way then runs out by itself, and what it
  ///   gives is lost, so this is for what only reads. Other calls go on whatever becomes of the task.
  func with<Value: Sendable>(
    isCancellable: Bool = false, _ body: @escaping @Sendable (PostgresSession) throws -> Value
  ) async throws(LedgerFailure) -> Value {
    let call = PoolCall<Value>()
    let name = configuration.name
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard call.begin(continuation) else { return }
        submit(
          Job(submittedAt: monotonic()) { worker in
            let result = Result { try worker.lend(body) }.mapError { LedgerFailure(postgres: $0, ledger: name) }
            return { call.end(result) }
          } refuse: {
            call.end(.failure($0))
          } isWanted: {
            !call.isEnded
          })
      }
    } onCancel: {
      if isCancellable { call.end(.failure(LedgerFailure(postgres: CancellationError(), ledger: name))) }
    }
    return try result.get()
  }

  /// Closes the connections after the calls under way and those that wait; later calls fail.
  func close() async {
    await withCheckedContinuation { continuation in
      let isAtRest = state.withLock { state in
        let isAtRest = state.jobs.close()
        if !isAtRest { state.closers.append(continuation) }
        return isAtRest
      }
      if isAtRest { continuation.resume() }
    }
    for worker in workers {
      await withCheckedContinuation { continuation in
        worker.start { worker in
          worker.disconnect()
          continuation.resume()
        }
      }
    }
  }

  private func submit(_ job: Job) {
    switch state.withLock({ $0.jobs.submit(job) }) {
    case .run(let worker): workers[worker].start { self.work($0, first: job) }
    case .waits: return
    case .full: refuse(job, .busy, "\(configuration.queuedCallsMax) calls are waiting already", isTransient: true)
    case .closed: refuse(job, .unavailable, "it is closed", isTransient: false)
    }
  }

  private func refuse(_ job: Job, _ code: LedgerFailure.Code, _ message: String, isTransient: Bool) {
    job.refuse(LedgerFailure(code: code, message: "ledger \(configuration.name): \(message)", isTransient: isTransient))
  }

  /// Does jobs, on the worker's thread, until there are none.
  ///
  /// The worker counts as free before the caller is told. The other way round, a caller that calls again at once would find it busy, take another one, and
  /// so keep more connections in use than it needs. What is submitted in between waits on the worker's queue.
  private func work(_ worker: PoolWorker, first: Job) {
    var next: Job? = first
    while let job = next {
      let tell = job.run(worker)
      next = follow(worker)
      tell()
      worker.keepClock()
    }
  }

  /// What a worker that is done does next: the job that has waited longest, if it is still wanted, and did not wait for too long.
  private func follow(_ worker: PoolWorker) -> Job? {
    while let job = nextJob(worker) {
      guard job.isWanted() else { continue }
      guard monotonic() - job.submittedAt > configuration.statementTimeout else { return job }
      refuse(job, .busy, "no connection came free in time", isTransient: true)
    }
    return nil
  }

  private func nextJob(_ worker: PoolWorker) -> Job? {
    let (next, closers) = state.withLock { state in
      let next = state.jobs.finished(worker.number, now: monotonic())
      guard case .end(isLast: true) = next else { return (next, [CheckedContinuation<Void, Never>]()) }
      defer { state.closers = [] }
      return (next, state.closers)
    }
    switch next {
    case .run(let job): return job
    case .rest(let letGo):
      // A worker that has got work since finds its connection closed and makes another.
      for number in letGo { workers[number].start { $0.disconnect() } }
    case .end: for closer in closers { closer.resume() }
    }
    return nil
  }
}
