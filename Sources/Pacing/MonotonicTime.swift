/// A clock as the pure parts of this program want it: `now` as a duration since an arbitrary origin (the moment this value was made).
///
/// The type of the clock is hidden, so that a stage can hold it without becoming generic; tests pass a manual clock.
public struct MonotonicTime: Sendable {
  private let readNow: @Sendable () -> Duration
  private let sleepUntil: @Sendable (Duration) async throws -> Void

  /// Time since now on `clock`.
  public init(clock: some Clock<Duration>) {
    let origin = clock.now
    readNow = { origin.duration(to: clock.now) }
    sleepUntil = { try await clock.sleep(until: origin.advanced(by: $0), tolerance: nil) }
  }

  /// Time since now on the machine's continuous clock.
  public static func continuous() -> MonotonicTime { MonotonicTime(clock: ContinuousClock()) }

  /// The time since the origin.
  public var now: Duration { readNow() }

  /// Waits until `now` is at least `moment`; returns at once when it is.
  /// - Throws: `CancellationError` when the task is cancelled.
  public func sleep(until moment: Duration) async throws { try await sleepUntil(moment) }
}
