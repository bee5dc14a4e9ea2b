import Metrics
import Testing

@testable import Telemetry

@Suite struct PrometheusRegistryTests {
  private func registry() throws -> PrometheusRegistry {
    PrometheusRegistry(
      catalog: try MetricCatalog([
        .counter("answers_total", unit: "answers", labels: ["outcome"], help: "Answers by outcome."),
        .counter("batches_total", unit: "batches", help: "Batches."),
        .gauge("lag", unit: "records", help: "Lag."),
        .histogram("post_seconds", help: "POST.", buckets: [0.1, 1]),
      ]),
      seriesMax: 3)
  }

  private func text(_ registry: PrometheusRegistry) -> String {
    String(decoding: registry.exposition(), as: UTF8.self)
  }

  @Test func servesWhatSwiftMetricsRecords() throws {
    let registry = try registry()
    Counter(label: "answers_total", dimensions: [("outcome", "CREATED")], factory: registry).increment(by: 2)
    Counter(label: "answers_total", dimensions: [("outcome", "CREATED")], factory: registry).increment()
    FloatingPointCounter(label: "answers_total", dimensions: [("outcome", "EXPIRED")], factory: registry).increment(by: 0.5)
    Gauge(label: "lag", factory: registry).record(7)
    let timer = Timer(label: "post_seconds", factory: registry)
    timer.recordMilliseconds(100)
    timer.recordSeconds(2)
    #expect(
      text(registry) == """
        # HELP answers_total Answers by outcome.
        # TYPE answers_total counter
        answers_total{outcome="CREATED"} 3
        answers_total{outcome="EXPIRED"} 0.5
        # HELP batches_total Batches.
        # TYPE batches_total counter
        batches_total 0
        # HELP lag Lag.
        # TYPE lag gauge
        lag 7
        # HELP post_seconds POST.
        # TYPE post_seconds histogram
        post_seconds_bucket{le="0.1"} 1
        post_seconds_bucket{le="1"} 1
        post_seconds_bucket{le="+Inf"} 2
        post_seconds_sum 2.1
        post_seconds_count 2

        """)
    #expect(registry.rejections.isEmpty)
  }

  @Test func meterAndRecorderAndFloatingGauge() {
    let registry = PrometheusRegistry()
    let meter = Meter(label: "m", factory: registry)
    meter.set(5)
    meter.increment(by: 2.5)
    meter.decrement(by: 1)
    meter.increment(by: Double.infinity)
    Recorder(label: "r", dimensions: [], aggregate: true, factory: registry).record(3)
    #expect(registry.gauge("m").value == 6.5)
    #expect(registry.histogram("r").snapshot.count == 1)
    #expect(!text(registry).contains("# HELP m"))
  }

  @Test func excessLabelCombinationsGoToOther() throws {
    let registry = try registry()
    for outcome in ["a", "b", "c", "d", "e", "a"] { registry.counter("answers_total", labels: [("outcome", outcome)]).increment() }
    let text = text(registry)
    #expect(text.contains("answers_total{outcome=\"a\"} 2\n"))
    #expect(text.contains("answers_total{outcome=\"other\"} 2\n"))
    #expect(!text.contains("\"d\"") && !text.contains("\"e\""))
    #expect(text.contains("telemetry_series_overflow_total{metric=\"answers_total\"} 2\n"))
  }

  @Test func contradictionsAreCountedAndGoNowhere() throws {
    let registry = try registry()
    registry.gauge("batches_total").set(5.0)
    registry.counter("answers_total").increment()
    registry.counter("answers_total", labels: [("outcom", "x")]).increment()
    #expect(registry.rejections.map(\.reason) == [.kind, .labels, .labels])
    #expect(registry.rejections.last?.detail == "expected the labels [outcome], got [outcom]")
    let text = text(registry)
    #expect(text.contains("batches_total 0\n"))
    #expect(!text.contains("answers_total"))
    #expect(text.contains("telemetry_rejected_metrics_total{reason=\"labels\"} 2\n"))
  }

  @Test func theNumberOfMetricsIsBounded() {
    let registry = PrometheusRegistry(metricsMax: 4)
    for name in ["a", "b", "c", "d"] { registry.counter(name).increment() }
    #expect(registry.snapshot().map(\.name) == ["a", "b", "telemetry_rejected_metrics_total", "telemetry_series_overflow_total"])
    #expect(registry.rejections.map(\.metric) == ["c", "d"])
    #expect(registry.rejections.allSatisfy { $0.reason == .metricsMax })
  }

  @Test func namesOfLibrariesAreMadeValid() {
    let registry = PrometheusRegistry()
    registry.counter("http.server-requests", labels: [("http.method", "GET"), ("__x", "1"), ("0", "2")]).increment()
    #expect(text(registry).contains("http_server_requests{_0=\"2\",_x=\"1\",http_method=\"GET\"} 1\n"))
  }

  @Test func destroyedMetricsAreForgotten() {
    let registry = PrometheusRegistry()
    let counter = Counter(label: "c", dimensions: [("a", "1")], factory: registry)
    counter.increment()
    Counter(label: "c", dimensions: [("a", "2")], factory: registry).increment()
    counter.destroy()
    #expect(!text(registry).contains("a=\"1\""))
    #expect(text(registry).contains("c{a=\"2\"} 1\n"))
  }

  @Test func collectorsRunBeforeEachSnapshot() {
    let registry = PrometheusRegistry()
    registry.addCollector { registry.gauge("age").increment(by: 1) }
    #expect(text(registry).contains("age 1\n"))
    #expect(text(registry).contains("age 2\n"))
  }

  @Test func nothingIsLostAcrossThreads() async {
    let registry = PrometheusRegistry()
    await withTaskGroup { group in
      for task in 0..<8 {
        group.addTask {
          for _ in 0..<5_000 {
            registry.counter("c").increment()
            registry.counter("f", labels: [("t", "\(task % 2)")]).increment(by: 0.5)
            registry.histogram("h").record(0.02)
          }
        }
      }
    }
    #expect(registry.counter("c").value == 40_000)
    #expect(registry.counter("f", labels: [("t", "1")]).value == 10_000)
    #expect(registry.histogram("h").snapshot.count == 40_000)
  }
}
