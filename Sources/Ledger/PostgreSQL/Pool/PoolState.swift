/// Who of a pool's workers does what, and who waits (pure): methods change the state and say what is to be done.
///
/// The worker that came free last is taken first, so that few connections are used as long as few are needed, and the others get old and are closed.
struct PoolState<Job> {
  /// What becomes of a job.
  enum Submission: Equatable {
    /// This worker is to do it.
    case run(worker: Int)
    /// It waits for one.
    case waits
    /// Too many wait.
    case full
    /// The pool is closed.
    case closed
  }

  /// What a worker that is done does next.
  enum Next {
    /// The job that has waited longest.
    case run(Job)
    /// Nothing. Workers in `letGo` have had no work for long and are to close their connections.
    case rest(letGo: [Int])
    /// Nothing any more; the pool is closed. `isLast`: nobody works any more.
    case end(isLast: Bool)
  }

  private struct Idle {
    var worker: Int
    /// nil: it has no connection that we know of.
    var since: Duration?
  }

  let queuedMax: Int
  let idleMax: Duration
  private let workersCount: Int
  private var idle: [Idle]
  private var queued: [Job] = []
  /// Whether it takes no more jobs.
  private(set) var isClosed = false

  init(workers: Int, queuedMax: Int, idleMax: Duration) {
    workersCount = workers
    self.queuedMax = queuedMax
    self.idleMax = idleMax
    // The first worker is taken first.
    idle = (0..<workers).reversed().map { Idle(worker: $0) }
  }

  /// Jobs that wait.
  var queuedCount: Int { queued.count }
  /// Whether nobody works.
  var isAtRest: Bool { idle.count == workersCount }

  /// A job comes.
  mutating func submit(_ job: Job) -> Submission {
    if isClosed { return .closed }
    if let free = idle.popLast() { return .run(worker: free.worker) }
    guard queued.count < queuedMax else { return .full }
    queued.append(job)
    return .waits
  }

  /// A worker is done.
  mutating func finished(_ worker: Int, now: Duration) -> Next {
    if !queued.isEmpty { return .run(queued.removeFirst()) }
    idle.append(Idle(worker: worker, since: now))
    if isClosed { return .end(isLast: isAtRest) }
    var letGo: [Int] = []
    for index in idle.indices {
      guard let since = idle[index].since, now - since >= idleMax else { continue }
      letGo.append(idle[index].worker)
      idle[index].since = nil
    }
    return .rest(letGo: letGo)
  }

  /// Takes no more jobs; those that wait are still done. True if nobody works.
  mutating func close() -> Bool {
    isClosed = true
    return isAtRest
  }
}
