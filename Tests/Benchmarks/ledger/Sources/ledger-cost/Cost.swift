#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What a number of calls of one kind cost.
struct Cost {
  /// CPU time of the whole process, in microseconds.
  private(set) var cpuMicroseconds = 0.0
  /// How long each call took.
  private(set) var durations: [Duration] = []

  /// Adds a call.
  mutating func measure<Value>(_ call: () async throws -> Value) async rethrows -> Value {
    let (cpu, clock) = (Self.processMicroseconds(), ContinuousClock.now)
    let value = try await call()
    cpuMicroseconds += Self.processMicroseconds() - cpu
    durations.append(.now - clock)
    return value
  }

  /// CPU for each of `count` things, as text.
  func perUnit(_ count: Int) -> String { "\(Self.rounded(cpuMicroseconds / Double(max(count, 1)))) µs" }

  /// The median and the longest call, as text.
  var wall: String {
    let sorted = durations.sorted()
    guard let last = sorted.last else { return "-" }
    return "p50 \(Self.milliseconds(sorted[sorted.count / 2])), max \(Self.milliseconds(last))"
  }

  private static func milliseconds(_ duration: Duration) -> String { "\(rounded(duration / .milliseconds(1))) ms" }

  private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }

  private static func processMicroseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
  }
}
