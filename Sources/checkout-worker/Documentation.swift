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
    /// `config/poll-schedule.md`.
    case schedule
  }

  static let configuration = CommandConfiguration(
    abstract: "Prints a page that is generated from the code.", shouldDisplay: false)

  @OptionGroup var global: GlobalOptions

  @Argument(
    help: """
      configuration (config/reference.md), metrics (config/metrics.md), rules (config/request-rules.md) or schedule (config/poll-schedule.md; with \
      --config or --set for the schedule of that configuration).
      """)
  var page: Page

  func run() throws {
    switch page {
    case .configuration: StandardStreams.write(GeneratedPages.configuration)
    case .metrics: StandardStreams.write(GeneratedPages.metrics)
    case .rules: StandardStreams.write(GeneratedPages.rules)
    case .schedule: try schedule()
    }
  }

  private func schedule() throws {
    guard !global.configurationFiles.isEmpty || !global.overrides.isEmpty else { return StandardStreams.write(GeneratedPages.schedule) }
    do {
      StandardStreams.write(try GeneratedPages.schedule(global.sources))
    } catch {
      StandardStreams.writeError("\(error)")
      throw ExitCode(ExitStatus.wrongUsage.rawValue)
    }
  }
}
