#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Where the time of day comes from. Tests give their own.
public struct WallClock: Sendable {
  private let read: @Sendable () -> Timestamp

  /// A clock that calls `read` whenever the time is wanted.
  public init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

  /// The time of day now.
  public func now() -> Timestamp { read() }

  /// The machine's clock.
  public static let system = WallClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(millisecondsSinceEpoch: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
