import Synchronization

/// Runs asynchronous code on one thread in virtual time: everything that can run runs, and only when nothing can does time go on, to the next
/// moment that somebody waits for. So every run is the same, takes no real time, and code that waits for nothing that will ever come is found out.
public final class Simulation: TaskExecutor, Sendable {
  /// Why a run did not come to its end.
  public enum Failure: Error {
    /// Somebody waits, and nobody will ever wake it.
    case stuck
    /// It goes on and on.
    case tooLong
  }

  private struct Event: Sendable {
    var moment: Duration
    var body: @Sendable () -> Void
  }
  private struct State: Sendable {
    var jobs: [UnownedJob] = []
    var next = 0
    /// By moment; equal moments in the order in which they came.
    var events: [Event] = []
  }

  /// The clock that everything in here goes by.
  public let clock = ManualClock()
  private let state = Mutex(State())

  /// A simulation in which nothing has happened yet.
  public init() {}

  /// The time since the simulation was made.
  public var now: Duration { clock.now.offset }

  /// Takes a job in, to be run on the simulation's one thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.jobs.append(job) }
  }

  /// Has `body` called `delay` from now, outside of any task.
  public func after(_ delay: Duration, _ body: @escaping @Sendable () -> Void) {
    let moment = now + delay
    state.withLock { state in
      let index = state.events.lastIndex { $0.moment <= moment }.map { $0 + 1 } ?? 0
      state.events.insert(Event(moment: moment, body: body), at: index)
    }
  }

  /// Lets time go by while nothing runs.
  public func pass(_ duration: Duration) { clock.advance(by: duration) }

  /// Forgets all that was to happen.
  public func forgetEvents() { state.withLock { $0.events = [] } }

  /// Runs `body` to its end.
  /// - Throws: what `body` throws, or ``Failure``.
  public func run<Value: Sendable>(limit: Duration = .seconds(7200), _ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let result = Mutex<Result<Value, any Error>?>(nil)
    return try withoutActuallyEscaping({ (value: Result<Value, any Error>) in result.withLock { $0 = value } }) { report in
      let reporter = Reporter(report: report)
      let task = Task(executorPreference: self) {
        do { try await reporter.report(.success(body())) } catch { reporter.report(.failure(error)) }
      }
      let end = now + limit
      var failure: Failure?
      while true {
        runJobs()
        if let result = result.withLock({ $0 }) {
          if let failure { throw failure }
          return try result.get()
        }
        precondition(failure == nil, "cancelled work that does not end")
        if !step() { failure = .stuck } else if now > end { failure = .tooLong }
        if failure != nil { task.cancel() }
      }
    }
  }

  /// `@unchecked`: what it holds is called once, on the simulation's one thread, before `run` returns.
  private struct Reporter<Value: Sendable>: @unchecked Sendable {
    let report: (Result<Value, any Error>) -> Void
  }

  private func runJobs() {
    while let job = nextJob() { job.runSynchronously(on: asUnownedTaskExecutor()) }
  }

  private func nextJob() -> UnownedJob? {
    state.withLock { state in
      guard state.next < state.jobs.count else {
        state.jobs.removeAll(keepingCapacity: true)
        state.next = 0
        return nil
      }
      state.next += 1
      return state.jobs[state.next - 1]
    }
  }

  /// Lets time go on to whatever comes next; false if nothing does.
  private func step() -> Bool {
    let sleeper = clock.nextDeadline?.offset
    let event = state.withLock { state -> Event? in
      guard let first = state.events.first, first.moment <= sleeper ?? first.moment else { return nil }
      return state.events.removeFirst()
    }
    guard let event else { return clock.advanceToNextSleeper() }
    clock.advance(to: ManualClock.Instant(offset: event.moment))
    event.body()
    return true
  }
}
