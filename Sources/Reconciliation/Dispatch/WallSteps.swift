import CheckoutSession

/// Notices that the time of day was set forward while this process runs, so that no session is thought older than it is.
///
/// A session's age is the time of day now less the time of day at its creation. If somebody (a repaired NTP, a resumed virtual machine) sets the
/// clock an hour forward in between, a session of one minute looks like one of an hour: the gateway's honest "CREATED" would be the answer to a
/// forced last poll, and its 404 would come after the 30 seconds. The monotonic clock does not step, so the difference of the two does when the time
/// of day does. A session that was made before the step is judged by the time of day less the step, for the rest of the process: after as much time
/// as it would have needed anyway, and not before. One made after it carries the new time and is judged by it.
///
/// Only steps forward count. After one back everything seems younger than it is and is concluded late, which is only late. One forward and one back cancel each other.
/// What happened before this process began it cannot know: the gateway's own clock can (``GatewayClock``), and takes its place where it is told.
struct WallSteps: Sendable {
  /// Slewing and the moment between reading one clock and the other stay below it; all that is measured against it is at least as long.
  static let tolerance: Duration = .seconds(5)

  private let offsetAtStart: Duration
  /// The time of day less the monotonic time when they were last compared (``GatewayClock``).
  private(set) var offset: Duration
  /// How far the time of day has been set forward in all since the start; negative: back.
  private var total: Duration = .zero
  /// The time of day when the last step was noticed.
  private var noticedAt: Timestamp

  init(now: Duration, wallNow: Timestamp) {
    offset = GatewayClock.offset(of: wallNow, at: now)
    offsetAtStart = offset
    noticedAt = wallNow
  }

  /// Compares the clocks. A thread that was held up between reading them brings a step that is not one; the next look takes it back.
  /// - Returns: the step, if there was one.
  mutating func notice(now: Duration, wallNow: Timestamp) -> Duration? {
    offset = GatewayClock.offset(of: wallNow, at: now)
    let step = offset - offsetAtStart - total
    guard step > Self.tolerance || step < .zero - Self.tolerance else { return nil }
    total += step
    noticedAt = wallNow
    return step
  }

  /// How much less than the time of day a session of that age is to be judged by.
  func ahead(of createdAt: Timestamp) -> Duration {
    createdAt < noticedAt ? max(total, .zero) : .zero
  }
}
