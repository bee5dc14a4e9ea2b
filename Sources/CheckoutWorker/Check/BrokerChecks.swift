import Kafka
import Logging

/// Whether each of `kafka.bootstrapServers` answers, one by one: a client is content with any, so a dead one goes unnoticed until it is the last.
struct BrokerChecks {
  let kafka: WorkerConfiguration.Kafka
  let properties: [String: String]
  let logger: Logger

  /// How long one broker may take to answer, TLS and SASL included.
  static let timeout: Duration = .seconds(5)

  /// The servers of `kafka.bootstrapServers`.
  var servers: [String] { kafka.bootstrapServers.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init) }

  /// A line for each server, and the brokers of the cluster if any server answered.
  func run() async -> (results: [CheckResult], brokers: [ClusterMetadata.Broker]?) {
    let answers = await withTaskGroup(of: (Int, Result<[ClusterMetadata.Broker], KafkaError>).self) { group in
      for (index, server) in servers.enumerated() { group.addTask { (index, await probe(server)) } }
      var answers: [Int: Result<[ClusterMetadata.Broker], KafkaError>] = [:]
      for await (index, answer) in group { answers[index] = answer }
      return answers
    }
    let brokers = answers.values.lazy.compactMap { try? $0.get() }.first
    let results = servers.enumerated().map { index, server in
      result(server, answers[index] ?? .failure(Self.noAnswer), isAnotherReachable: brokers != nil)
    }
    return (results, brokers)
  }

  private func probe(_ server: String) async -> Result<[ClusterMetadata.Broker], KafkaError> {
    let (properties, logger) = (properties, logger)
    // The probe keeps its own time; the deadline is for the day that it does not.
    return await Deadline.wait(Self.timeout * 2) {
      do throws(KafkaError) {
        let admin = try KafkaAdmin(bootstrapServers: server, properties: properties, logger: logger)
        let answer: Result<[ClusterMetadata.Broker], KafkaError>
        do throws(KafkaError) {
          answer = .success(try await admin.probe(timeout: Self.timeout))
        } catch {
          answer = .failure(error)
        }
        _ = await admin.close(timeout: .seconds(1))
        return answer
      } catch {
        return .failure(error)
      }
    } ?? .failure(Self.noAnswer)
  }

  private static var noAnswer: KafkaError { KafkaError(code: .timedOut, message: "no answer within \(timeout * 2)") }

  private func result(
    _ server: String, _ answer: Result<[ClusterMetadata.Broker], KafkaError>, isAnotherReachable: Bool
  ) -> CheckResult {
    let subject = "broker \(server)"
    switch answer {
    case .success(let brokers):
      return .ok(subject, "reachable, \(HumanText.count(brokers.count, "broker")) in the cluster")
    case .failure(let error) where isAnotherReachable && error.failureClass == .transient:
      return .warn(
        subject, error.message, advice: "Others answer, so the worker can start; mend it or take it out of kafka.bootstrapServers.")
    case .failure(let error):
      return .fail(subject, error.message, PartFailure.exitStatus(for: error), advice: Self.advice(error))
    }
  }

  private static func advice(_ error: KafkaError) -> String {
    switch PartFailure.exitStatus(for: error) {
    case .refused:
      "Check security.protocol, sasl.mechanism, sasl.username and sasl.passwordFile under kafka.properties, and that the broker knows this user."
    case .wrongUsage: "Mend kafka.properties (or -X); librdkafka's CONFIGURATION.md lists every property."
    case .tryAgainLater:
      "Start the broker, or mend kafka.bootstrapServers: host:port of the listener for clients. A TLS listener needs security.protocol=ssl or sasl_ssl."
    default: "For TLS check ssl.ca.location and that the certificate is for this host name."
    }
  }
}
