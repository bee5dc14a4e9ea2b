/// `checkout-worker ledger prune`: forgets requests that were decided long ago, in small steps while others work with the ledger.
public struct LedgerPruneProgram: Sendable {
  private let sources: ConfigurationSources
  private let olderThan: String
  private let isDryRun: Bool
  private let json: Bool

  /// - Parameters:
  ///   - olderThan: `--older-than`, a duration with its unit; see ``objection(toAge:)``.
  ///   - isDryRun: say what would be forgotten, and change nothing.
  ///   - json: one JSON object, described at ``LedgerPruneReport/json``, instead of text.
  public init(sources: ConfigurationSources, olderThan: String, isDryRun: Bool, json: Bool) {
    self.sources = sources
    self.olderThan = olderThan
    self.isDryRun = isDryRun
    self.json = json
  }

  /// Nothing younger is ever forgotten, whatever the configuration says: a worker that was away over night finds yesterday's requests again in Kafka, and
  /// must still know them.
  static let ageMin: Duration = .seconds(86_400)

  /// Why a text cannot be `--older-than`; nil if it can.
  public static func objection(toAge text: String) -> String? {
    guard let age = DurationText.duration(of: text) else {
      return "expected a duration with its unit (d, h, m, s) such as 30d, got \"\(text.prefix(80))\""
    }
    guard age < ageMin else { return nil }
    return
      "expected at least 1d, got \(text): requests of a day may come again after a night's outage, and one that is forgotten gets a second session"
  }

  /// Forgets, and prints what was forgotten.
  public func run() async -> ExitStatus {
    let output = CommandOutput.standard
    guard Self.objection(toAge: olderThan) == nil, let age = DurationText.duration(of: olderThan) else { return .wrongUsage }
    guard let setup = ProcessSetup.load(sources, needsGateway: false) else { return .wrongUsage }
    let logger = sources.commandLogger("ledger-prune")
    let pruning = LedgerPruning(
      assembly: WorkerAssembly(configuration: setup.configuration), olderThan: age, isDryRun: isDryRun, json: json, output: output,
      logger: logger)
    let work = Task { await pruning.run() }
    return await SignalGuard.run(logger: logger, onFirstSignal: { work.cancel() }) { await work.value }
  }
}
