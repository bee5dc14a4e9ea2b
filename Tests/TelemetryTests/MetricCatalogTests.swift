import Testing

@testable import Telemetry

@Suite struct MetricCatalogTests {
  @Test(arguments: [
    (MetricDescription.counter("a-b_total", unit: "x", help: "h"), "name must match"),
    (.counter("1a_total", unit: "x", help: "h"), "name must match"),
    (.gauge("", unit: "x", help: "h"), "name must match"),
    (.counter("requests", unit: "x", help: "h"), "must end in _total"),
    (.gauge("lag_total", unit: "x", help: "h"), "only a counter"),
    (.gauge("lag", unit: .seconds, help: "h"), "must contain _seconds"),
    (.gauge("size", unit: .bytes, help: "h"), "must contain _bytes"),
    (.gauge("lag", unit: "x", help: ""), "help must not be empty"),
    (.gauge("lag", unit: "x", labels: ["a-b"], help: "h"), "label a-b must match"),
    (.gauge("lag", unit: "x", labels: ["__a"], help: "h"), "label __a must match"),
    (.gauge("lag", unit: "x", labels: ["le"], help: "h"), "label le is kept"),
    (.gauge("lag", unit: "x", labels: ["a", "a"], help: "h"), "label a stands twice"),
    (.histogram("h_seconds", help: "h", buckets: []), "buckets must be"),
    (.histogram("h_seconds", help: "h", buckets: [1, 1]), "buckets must be"),
    (.histogram("h_seconds", help: "h", buckets: [1, .infinity]), "buckets must be"),
  ])
  func faultsAreNamed(description: MetricDescription, reason: String) throws {
    let error = try #require(throws: MetricCatalogError.self) { try MetricCatalog([description]) }
    #expect(error.problems.count == 1)
    #expect(error.problems.first?.metric == description.name)
    #expect(error.problems.first?.reason.contains(reason) == true)
  }

  @Test func allFaultsAreReportedAtOnce() throws {
    let error = try #require(throws: MetricCatalogError.self) {
      try MetricCatalog([
        .histogram("wait_seconds", help: "h"), .gauge("wait_seconds_count", unit: .seconds, help: "h"), .counter("x", unit: "y", help: ""),
      ])
    }
    #expect(error.problems.map(\.metric) == ["wait_seconds_count", "x", "x"])
    #expect(error.description.contains("sample name wait_seconds_count is taken by another metric"))
  }

  @Test func theTableHasARowForEach() throws {
    let catalog = try MetricCatalog([
      .counter(
        "sessions_total", unit: "sessions", labels: [MetricLabel("outcome", meaning: "CREATED | REJECTED"), "merchant"], help: "Answers."),
      .histogram("post_seconds", help: "Time of\na POST."),
    ])
    #expect(
      catalog.markdownTable == """
        | metric | type | unit | labels | what it says |
        |---|---|---|---|---|
        | `sessions_total` | counter | sessions | `outcome`: CREATED \\| REJECTED<br>`merchant` | Answers. |
        | `post_seconds` | histogram | seconds | – | Time of a POST. |

        """)
  }

  @Test func ownMetricsFormACatalog() throws {
    #expect(try MetricCatalog(TelemetryMetrics.descriptions).descriptions.count == 2)
  }
}
