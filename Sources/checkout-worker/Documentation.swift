import ArgumentParser
import CheckoutWorker

/// `checkout-worker documentation`: writes the pages that are generated from the code.
struct Documentation: ParsableCommand {
  /// A page.
  enum Page: String, ExpressibleByArgument, CaseIterable {
    /// `config/reference.md`.
    case configuration
    /// `config/metrics.md`.
    case metrics
    /// The rules of requests.
    case rules
  }

  static let configuration = CommandConfiguration(
    abstract: "Prints a page that is generated from the code.", shouldDisplay: false)

  @Argument(help: "configuration (config/reference.md), metrics (config/metrics.md) or rules (config/request-rules.md).")
  var page: Page

  func run() throws {
    switch page {
    case .configuration: StandardStreams.write(GeneratedPages.configuration)
    case .metrics: StandardStreams.write(GeneratedPages.metrics)
    case .rules: StandardStreams.write(GeneratedPages.rules)
    }
  }
}
