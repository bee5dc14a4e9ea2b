import Testing

@testable import Telemetry

@Suite struct ProcessMetricsTests {
  @Test func figuresArePlausible() throws {
    let registry = PrometheusRegistry(catalog: try MetricCatalog(ProcessMetrics.descriptions))
    ProcessMetrics.register(in: registry, now: LogTimestamp(secondsSinceEpoch: 1000, milliseconds: 500))
    let first = values(registry)
    #expect(first["process_start_time_seconds"] == 1000.5)
    #expect(first["process_open_fds", default: 0] >= 3)
    #expect(first["process_resident_memory_bytes", default: 0] > 1_000_000)
    #expect(first["process_cpu_seconds_total", default: 0] > 0)
    let second = values(registry)
    // A repeated snapshot adds what was used since, not everything again.
    let cpu = first["process_cpu_seconds_total", default: 0]
    #expect(second["process_cpu_seconds_total", default: 0] >= cpu)
    #expect(second["process_cpu_seconds_total", default: 0] < cpu + 60)
    #expect(registry.rejections.isEmpty)
  }

  private func values(_ registry: PrometheusRegistry) -> [String: Double] {
    var values: [String: Double] = [:]
    for metric in registry.snapshot() {
      if case .number(let value) = metric.series.first?.value { values[metric.name] = value }
    }
    return values
  }
}
