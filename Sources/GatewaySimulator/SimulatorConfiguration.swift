import Logging

/// How a simulator is started. What the gateway does wrong, and when, is the ``scenario``.
public struct SimulatorConfiguration: Sendable {
  /// The address to listen on. Anything but loopback makes the simulator, which checks no client certificate, reachable by others.
  public var host = "127.0.0.1"
  /// The port to listen on; 0 lets the kernel choose.
  public var port = 0
  /// Event loops. One is enough for more than 15,000 requests/s; with more, all still share one state.
  public var threads = 1
  /// Everything random is drawn from this and from what the request is about, so that a run repeats.
  public var seed: UInt64 = 1
  /// How many times faster session time runs than real time. 60 turns a session's 15 minutes into 15 seconds.
  public var timeScale: Double = 1
  /// What the gateway does.
  public var scenario = Scenario()
  /// The origin of every `hostedUrl`, `https://host`.
  public var hostedURLOrigin = "https://stg-wallet.healthsafepay.com"
  /// `appEnv` in every `hostedUrl`.
  public var appEnv = "stage"
  /// The most sessions kept. Further POSTs are answered 503 SIMULATOR_FULL until a reset.
  public var sessionsMax = 1_000_000
  /// The largest request body read; larger ones are answered 413.
  public var bodyBytesMax = 1 << 20
  /// Where the time comes from.
  public var clock = SimulatorClock.system
  /// Where it says what it does, a few lines a run; nowhere by default.
  public var logger = Logger(label: "gateway-simulator") { _ in SwiftLogNoOpLogHandler() }

  /// The defaults: any free port on loopback, a gateway without a fault.
  public init() {}

  /// Everything that is wrong, each naming the value and what was expected; empty if it can be used.
  var problems: [String] {
    var problems: [String] = []
    if !(0...65_535).contains(port) { problems.append("port: must be between 0 and 65535, got \(port)") }
    if !(1...64).contains(threads) { problems.append("threads: must be between 1 and 64, got \(threads)") }
    if !(timeScale >= 0.001 && timeScale <= 100_000) { problems.append("time scale: must be between 0.001 and 100000, got \(timeScale)") }
    if !hostedURLOrigin.hasPrefix("https://") || hostedURLOrigin.dropFirst(8).isEmpty || hostedURLOrigin.dropFirst(8).contains("/") {
      problems.append("hosted URL origin: must be https://host without a path, got \(hostedURLOrigin)")
    }
    if !(1...20_000_000).contains(sessionsMax) { problems.append("sessions max: must be between 1 and 20000000, got \(sessionsMax)") }
    if !(1024...(64 << 20)).contains(bodyBytesMax) {
      problems.append("body bytes max: must be between 1024 and \(64 << 20), got \(bodyBytesMax)")
    }
    return problems
  }
}
