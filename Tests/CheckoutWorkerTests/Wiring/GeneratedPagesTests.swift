import FoundationEssentials
import Telemetry
import Testing

@testable import CheckoutWorker

/// The committed pages are what the code says; `make reference` writes them anew.
@Suite struct GeneratedPagesTests {
  private static func committed(_ path: String) throws -> String {
    return String(decoding: try Data(contentsOf: ConfigurationFixture.root.appending(path: path)), as: UTF8.self)
  }

  @Test func metricsAreDescribedWithoutContradiction() throws {
    #expect(throws: Never.self) { _ = try MetricCatalog(WorkerMetrics.descriptions) }
  }

  @Test(arguments: [
    ("config/metrics.md", GeneratedPages.metrics), ("config/request-rules.md", GeneratedPages.rules),
    ("config/poll-schedule.md", GeneratedPages.schedule),
  ])
  func committedPageIsUpToDate(_ path: String, _ generated: String) throws {
    #expect(try Self.committed(path) == generated, "run make reference")
  }

  @Test func theScheduleOfAConfigurationIsMeasured() throws {
    var sources = ConfigurationSources()
    sources.overrides = ["reconciliation.schedule.payment.growth=7"]
    let page = try GeneratedPages.schedule(sources)
    #expect(page.hasPrefix("# The poll schedule of this configuration\n"))
    let row = try #require(page.split(separator: "\n").first { $0.hasPrefix("| `payment` |") })
    #expect(row.contains("| 7 |"), "\(row)")
    sources.overrides = ["reconciliation.schedule.payment.growth=0"]
    #expect(throws: ConfigurationError.self) { try GeneratedPages.schedule(sources) }
  }
}
