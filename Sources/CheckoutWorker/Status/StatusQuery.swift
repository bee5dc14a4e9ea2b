import CheckoutSession
import Logging

/// Asks ledger and brokers at the same time, and prints what they say.
struct StatusQuery {
  let assembly: WorkerAssembly
  let json: Bool
  let output: CommandOutput
  let logger: Logger
  var wallClock = WallClock.system

  /// Prints the report; the exit code says whether all of it is known.
  func run() async -> ExitStatus {
    let kafka = assembly.configuration.kafka
    let properties: [String: String]
    do {
      properties = try assembly.kafkaProperties()
    } catch {
      output.writeError("\(error)")
      return .wrongUsage
    }
    let now = wallClock.now()
    async let ledger = LedgerStatus.read(assembly, now: now, logger: logger)
    async let group = GroupStatus.read(kafka: kafka, properties: properties, logger: logger)
    let report = StatusReport(at: now, ledger: await ledger, group: await group)
    output.write(json ? report.json : report.text)
    return report.status
  }
}
