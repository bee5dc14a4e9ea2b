import Metrics
import NIOCore

/// The client's metrics. Counts in plain memory on the event loop; ``flush(_:)`` hands them on, once per batch of results.
final class GatewayMetrics {
  private let requests: [Counter]
  private let latency: Timer
  private let tokenRefreshes: Counter
  private let tokenFailures: Counter
  private let connects: Counter
  private let connectFailures: Counter
  private let connectionsOpen: Gauge
  private let requestsInFlight: Gauge
  private let requestsWaiting: Gauge
  private let clockSkew: Gauge
  private let timekeeper: GatewayTimekeeper

  private var counts: [Int]
  private var latencies: [Int64] = []

  /// Status classes, in the order of `counts`.
  private static let outcomes = ["2xx", "3xx", "4xx", "429", "5xx", "none"]

  init(factory: any MetricsFactory, timekeeper: GatewayTimekeeper) {
    self.timekeeper = timekeeper
    requests = Self.outcomes.map { Counter(label: "checkout_gateway_requests_total", dimensions: [("status", $0)], factory: factory) }
    latency = Timer(
      label: "checkout_gateway_request_duration_seconds", dimensions: [], preferredDisplayUnit: .seconds, factory: factory)
    tokenRefreshes = Counter(label: "checkout_gateway_token_refreshes_total", dimensions: [("result", "obtained")], factory: factory)
    tokenFailures = Counter(label: "checkout_gateway_token_refreshes_total", dimensions: [("result", "failed")], factory: factory)
    connects = Counter(label: "checkout_gateway_connects_total", dimensions: [("result", "opened")], factory: factory)
    connectFailures = Counter(label: "checkout_gateway_connects_total", dimensions: [("result", "failed")], factory: factory)
    connectionsOpen = Gauge(label: "checkout_gateway_connections_open", factory: factory)
    requestsInFlight = Gauge(label: "checkout_gateway_requests_in_flight", factory: factory)
    requestsWaiting = Gauge(label: "checkout_gateway_requests_waiting", factory: factory)
    clockSkew = Gauge(label: "checkout_gateway_clock_skew_seconds", factory: factory)
    counts = Array(repeating: 0, count: Self.outcomes.count)
  }

  /// A request has ended. `latency` is nil if it never left.
  func finished(status: Int?, latency: TimeAmount?) {
    let index =
      switch status {
      case .some(200..<300): 0
      case .some(300..<400): 1
      case .some(429): 3
      case .some(400..<500): 2
      case .some: 4
      case nil: 5
      }
    counts[index] += 1
    if let latency { latencies.append(latency.nanoseconds) }
  }

  /// The token source has answered.
  func tokenRefreshed(succeeded: Bool) {
    (succeeded ? tokenRefreshes : tokenFailures).increment()
  }

  /// Hands everything on.
  func flush(_ counters: TransportCounters) {
    for index in counts.indices where counts[index] > 0 {
      requests[index].increment(by: counts[index])
      counts[index] = 0
    }
    for nanoseconds in latencies { latency.recordNanoseconds(nanoseconds) }
    latencies.removeAll(keepingCapacity: true)
    if counters.connects > 0 { connects.increment(by: counters.connects) }
    if counters.connectFailures > 0 { connectFailures.increment(by: counters.connectFailures) }
    connectionsOpen.record(counters.connectionsOpen)
    requestsInFlight.record(counters.requestsInFlight)
    requestsWaiting.record(counters.requestsWaiting)
    if let skew = timekeeper.skew { clockSkew.record(skew / .seconds(1)) }
  }
}
