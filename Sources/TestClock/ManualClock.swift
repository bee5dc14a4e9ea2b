import Synchronization

/// A clock that stands still until a test moves it.
///
/// A test waits for `sleepers(atLeast:)`, moves the time, and awaits what the woken tasks do; it never sleeps or polls.
/// The clock's time of day (`wallMilliseconds`) moves with it.
public final class ManualClock: Clock, Sendable {
  /// A moment on a `ManualClock`: the time since it was made.
  public struct Instant: InstantProtocol, Sendable {
    /// The time since the clock was made.
    public let offset: Duration

    /// The moment `offset` after the clock was made.
    public init(offset: Duration) { self.offset = offset }

    /// This moment moved by `duration`.
    public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    /// The time from this moment to `other`.
    public func duration(to other: Instant) -> Duration { other.offset - offset }
    /// Earlier moments are less.
    public static func < (one: Instant, other: Instant) -> Bool { one.offset < other.offset }
  }

  private let state = Mutex(ManualClockState())
  private let wallOriginMilliseconds: Int64

  /// A clock that stands at `now.offset == .zero`.
  /// - Parameter wallOriginMilliseconds: the time of day at that moment, in milliseconds since 1970 UTC; 2025-01-01T00:00:00Z if not given.
  public init(wallOriginMilliseconds: Int64 = 1_735_689_600_000) { self.wallOriginMilliseconds = wallOriginMilliseconds }

  /// The moment it stands at.
  public var now: Instant { Instant(offset: state.withLock { $0.now }) }
  /// It can tell any two moments apart.
  public var minimumResolution: Duration { .zero }
  /// The time of day it stands at, in milliseconds since 1970 UTC.
  public var wallMilliseconds: Int64 { wallOriginMilliseconds + Int64(now.offset.attoseconds / 1_000_000_000_000_000) }
  /// How many tasks are sleeping.
  public var sleeperCount: Int { state.withLock { $0.sleepers.count } }
  /// When the next of them wakes.
  public var nextDeadline: Instant? { state.withLock { $0.sleepers.first.map { Instant(offset: $0.deadline) } } }

  /// Sleeps until a test has moved the clock to `deadline`; returns at once when it stands there already. The tolerance means nothing here.
  /// - Throws: `CancellationError`, at once, when the task is or gets cancelled.
  public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = state.withLock { $0.makeID() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        // A cancellation sets the task's flag first and runs the handler second. If the handler came before this block and found no
        // sleeper, the flag is seen here; if the flag is not set here, the handler comes later and finds the sleeper.
        let wakes = state.withLock { state -> [ManualClockState.Waiter] in
          if Task.isCancelled {
            continuation.resume(throwing: CancellationError())
            return []
          }
          if deadline.offset <= state.now {
            continuation.resume()
            return []
          }
          state.insert(.init(id: id, deadline: deadline.offset, continuation: continuation))
          return state.takeSatisfiedWaiters()
        }
        for waiter in wakes { waiter.continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.removeSleeper(id: id) }?.continuation.resume(throwing: CancellationError())
    }
  }

  /// Moves the clock and wakes, in the order of their deadlines, all whose time has come.
  ///
  /// A task that wakes and sleeps again measures from where the clock stands after the move; use `advanceToNextSleeper` to go step by step.
  public func advance(by duration: Duration) {
    wake { $0.now + duration }
  }

  /// Moves the clock to `moment`, as `advance(by:)` does. It never moves back.
  public func advance(to moment: Instant) {
    wake { _ in moment.offset }
  }

  /// Moves the clock to the next deadline and wakes everybody who waits for exactly that.
  /// - Returns: false when nobody sleeps; the clock stays where it is.
  @discardableResult
  public func advanceToNextSleeper() -> Bool {
    wake { $0.sleepers.first?.deadline }
  }

  /// Returns as soon as at least `count` tasks sleep on this clock, or the calling task is cancelled.
  public func sleepers(atLeast count: Int) async {
    let id = state.withLock { $0.makeID() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        // The same race as in `sleep`, decided the same way.
        let isDone = state.withLock { state -> Bool in
          if Task.isCancelled || state.sleepers.count >= count { return true }
          state.waiters.append(.init(id: id, count: count, continuation: continuation))
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.removeWaiter(id: id) }?.continuation.resume()
    }
  }

  @discardableResult
  private func wake(to target: (borrowing ManualClockState) -> Duration?) -> Bool {
    let due = state.withLock { state -> [ManualClockState.Sleeper]? in
      guard let target = target(state) else { return nil }
      state.now = max(state.now, target)
      return state.takeDueSleepers()
    }
    guard let due else { return false }
    for sleeper in due { sleeper.continuation.resume() }
    return true
  }
}
