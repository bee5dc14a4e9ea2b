import AdminHTTP
import CheckoutSession
import Pacing
import Stage
import Telemetry

/// What both stages tell of their way to the gateway, and of what else they wait for.
struct SendingHealth: Sendable {
  /// Calls on their way.
  let pacing: PacerSnapshot
  /// Held merchants: their indices, and what the gateway said last.
  let holds: [(merchantIndex: Int, failure: GatewayFailure)]
  /// What the stage waits for instead of going on.
  let holdings: [Holding]

  /// Whether the gateway works, whether it takes every merchant, and whether the ledger works.
  /// - Parameter waiting: what waits meanwhile: `requests`, `polls`.
  func checks(_ merchants: WorkerConfiguration.Merchants, waiting: String) -> [HealthCheck] {
    [
      holding(.gateway).map { .failing("gateway", "\(Self.outage($0)); \(waiting) wait, \(Self.text($0))") } ?? .ok("gateway"),
      merchantsCheck(merchants),
      holding(.ledger).map { .failing("ledger", "cannot be used; \(waiting) wait, \(Self.text($0))") } ?? .ok("ledger"),
    ]
  }

  /// Whether the broker takes records, as far as the stage knows.
  /// - Parameter waiting: what waits meanwhile: `replies`, `status events`.
  func brokerCheck(waiting: String) -> HealthCheck? {
    holding(.broker).map { .failing("broker", "takes nothing; \(waiting) wait, \(Self.text($0))") }
  }

  private func merchantsCheck(_ merchants: WorkerConfiguration.Merchants) -> HealthCheck {
    guard !holds.isEmpty else { return .ok("merchants") }
    let names = holds.map { "\(merchants.all[$0.merchantIndex].name): \($0.failure.code.rawValue)" }
    let all = holding(.credentials).map { "; nothing is taken, \(Self.text($0))" } ?? ""
    return .failing("merchants", "held, the gateway refuses them: " + names.joined(separator: ", ") + all)
  }

  private func holding(_ part: Holding.Part) -> Holding? { holdings.first { $0.part == part } }

  private static func outage(_ holding: Holding) -> String {
    switch holding.reason {
    case .gatewayUnreachable: "cannot be reached"
    case .gatewayThrottling: "answers nothing but 429"
    default: "gives no usable answer"
    }
  }

  /// Since when, and why.
  private static func text(_ holding: Holding) -> String { "holding since \(holding.since.rfc3339) (\(holding.reason))" }

  /// Brings the gauges up to date whenever metrics are read.
  /// - Parameter brokersDownSince: since when no broker can be reached: a stage that has nothing to publish does not notice that.
  static func register(
    in registry: PrometheusRegistry, brokersDownSince: @escaping @Sendable () -> ContinuousClock.Instant?,
    _ read: @escaping @Sendable () -> SendingHealth
  ) {
    let waiting = registry.gauge("checkout_pacing_waiting")
    let replaysWaiting = registry.gauge("checkout_pacing_replays_waiting")
    let delayed = registry.gauge("checkout_pacing_delayed")
    let inFlight = registry.gauge("checkout_pacing_requests_in_flight")
    let rate = registry.gauge("checkout_pacing_rate")
    let held = registry.gauge("checkout_merchants_held")
    let unreachable = registry.gauge("checkout_gateway_unreachable")
    let holding = Holding.Part.allCases.map { part in (part, registry.gauge("checkout_holding_seconds", labels: [("part", "\(part)")])) }
    registry.addCollector {
      let now = read()
      waiting.set(Double(now.pacing.waiting))
      replaysWaiting.set(Double(now.pacing.replaysWaiting))
      delayed.set(Double(now.pacing.delayed))
      inFlight.set(Double(now.pacing.inFlight))
      rate.set(now.pacing.requestsPerSecond)
      held.set(Double(now.holds.count))
      unreachable.set(now.holding(.gateway)?.reason == .gatewayUnreachable ? 1 : 0)
      let wallNow = WallClock.system.now()
      for (part, gauge) in holding {
        var lasted = now.holding(part).map { wallNow - $0.since } ?? .zero
        if part == .broker, let since = brokersDownSince() { lasted = max(lasted, since.duration(to: .now)) }
        gauge.set(max(0, Double(lasted.wholeMilliseconds) / 1000))
      }
    }
  }
}
