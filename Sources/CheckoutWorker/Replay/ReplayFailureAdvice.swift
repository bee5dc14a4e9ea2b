import CheckoutSession
import Kafka

/// What there is to do about a failure of a replay command.
enum ReplayFailureAdvice {
  /// In words, to be printed under the failure itself; nil if it says all there is to say.
  static func text(_ error: any Error, _ configuration: WorkerConfiguration, _ echo: CommandEcho) -> String? {
    switch error {
    case let failure as LedgerFailure: LedgerVisit.advice(failure, configuration.ledger.store)
    case let error as KafkaError where error.code.rawValue.contains("UNKNOWN_TOPIC"):
      "`\(echo.command("check"))` prints the command that creates a missing topic."
    case let error as KafkaError where error.failureClass == .transient:
      "The brokers are those of kafka.bootstrapServers (\(configuration.kafka.bootstrapServers)): `\(echo.command("check"))` says which of them answer."
    default: nil
    }
  }
}
