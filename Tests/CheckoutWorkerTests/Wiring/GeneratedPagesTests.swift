import FoundationEssentials
import Telemetry
import Testing

@testable import CheckoutWorker

/// The committed pages are what the code says; `make reference` writes them anew.
@Suite struct GeneratedPagesTests {
  private static func committed(_ path: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  @Test func metricsAreDescribedWithoutContradiction() throws {
    #expect(throws: Never.self) { _ = try MetricCatalog(WorkerMetrics.descriptions) }
  }

  @Test(arguments: [("config/metrics.md", GeneratedPages.metrics), ("config/request-rules.md", GeneratedPages.rules)])
  func committedPageIsUpToDate(_ path: String, _ generated: String) throws {
    #expect(try Self.committed(path) == generated, "run make reference")
  }
}
