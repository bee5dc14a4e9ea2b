import Kafka
import Logging

/// Tries everything that `run` needs. What does not depend on each other runs at the same time, and everything has a limit.
struct Checkup {
  let sources: ConfigurationSources
  let environment: [String: String]
  let assembly: WorkerAssembly
  let output: CommandOutput
  let logger: Logger

  /// Prints a line for each check as soon as all before it are there, and a summary.
  func run() async -> ExitStatus {
    async let ledger = LedgerCheck(assembly: assembly, logger: logger).run()
    async let kafka = kafkaResults()
    async let gateway = GatewayChecks(assembly: assembly, logger: logger).run()
    var results = show(
      ConfigurationCheck(sources: sources, environment: environment, gateway: assembly.configuration.gateway).results)
    results += show([await ledger])
    results += show(await kafka)
    results += show(await gateway)
    let status = results.reduce(ExitStatus.done) { $0.worse($1.status) }
    output.write(Self.summary(results, status))
    return status
  }

  private func show(_ results: [CheckResult]) -> [CheckResult] {
    for result in results { output.write(result.text) }
    return results
  }

  private func kafkaResults() async -> [CheckResult] {
    let kafka = assembly.configuration.kafka
    let properties: [String: String]
    do {
      properties = try assembly.kafkaProperties()
    } catch {
      return [.fail("kafka.properties", "\(error)", .wrongUsage, advice: "Mend the file; it must hold the credential and nothing else.")]
    }
    var (results, brokers) = await BrokerChecks(kafka: kafka, properties: properties, logger: logger).run()
    let subjects = assembly.allTopics.map { "topic \($0)" } + ["group \(kafka.groupId)"]
    guard let brokers else { return results + subjects.map { .skip($0, "no broker can be used") } }
    let topics = await TopicChecks(assembly: assembly, properties: properties, brokers: brokers, logger: logger).run()
    results += topics.results
    guard let requests = topics.requests else {
      return results + [.skip("group \(kafka.groupId)", "the topic \(kafka.topics.requests) cannot be used")]
    }
    results.append(await GroupCheck(kafka: kafka, properties: properties, brokers: brokers, logger: logger).run(requests))
    return results
  }

  private static func summary(_ results: [CheckResult], _ status: ExitStatus) -> String {
    func count(_ mark: CheckResult.Mark) -> Int { results.count { $0.mark == mark } }
    let warnings = count(.warn) > 0 ? ", \(HumanText.count(count(.warn), "warning"))" : ""
    guard status != .done else {
      return "\nReady: nothing stands in the way of `checkout-worker run` and `checkout-worker reconcile`\(warnings)."
    }
    return "\n\(HumanText.count(count(.fail), "check")) failed\(warnings): exit code \(status.rawValue)."
  }
}
