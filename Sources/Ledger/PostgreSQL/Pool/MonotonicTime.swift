/// The host's monotonic clock: nobody can set it, and it goes on while the machine sleeps.
enum MonotonicTime {
  private static let start = ContinuousClock.now

  /// The time since it was first asked.
  @Sendable static func now() -> Duration { start.duration(to: .now) }
}
