import CheckoutSession

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The simulator's time of day, in nanoseconds since 1970 UTC, because a quota of thousands a second cannot be kept in milliseconds.
public struct SimulatorClock: Sendable {
  private let read: @Sendable () -> Int64
  /// Whether time passes by itself. If not, whoever moves it calls ``GatewaySimulator/clockMoved()``.
  let runs: Bool

  /// The machine's monotonic clock, set once by its time of day: a corrected wall clock moves no session and opens no quota.
  public static let system: SimulatorClock = {
    let offset = nanoseconds(of: CLOCK_REALTIME) - nanoseconds(of: CLOCK_MONOTONIC)
    return SimulatorClock(runs: true) { nanoseconds(of: CLOCK_MONOTONIC) + offset }
  }()

  /// A clock that a test drives.
  public init(virtual clock: WallClock) {
    self.init(runs: false) { clock.now().millisecondsSinceEpoch * 1_000_000 }
  }

  private init(runs: Bool, _ read: @escaping @Sendable () -> Int64) {
    self.runs = runs
    self.read = read
  }

  /// Now, in nanoseconds since 1970 UTC.
  func nowNanoseconds() -> Int64 { read() }

  private static func nanoseconds(of id: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(id, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

extension Duration {
  /// This duration in whole nanoseconds, cut towards zero; at most about 292 years.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, sumOverflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return sumOverflow ? (seconds < 0 ? .min : .max) : sum
  }
}

extension Timestamp {
  /// The moment in whole milliseconds.
  init(nanosecondsSinceEpoch: Int64) { self.init(millisecondsSinceEpoch: nanosecondsSinceEpoch / 1_000_000) }
}
