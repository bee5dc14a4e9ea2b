import AdminHTTP
import CheckoutSession
import Creation
import Gateway
import Kafka
import Ledger
import Logging

/// `checkout-worker run`: the create stage as a process.
public struct RunProgram: Sendable {
  private let sources: ConfigurationSources
  private let drain: Bool
  private let recordsMax: Int?

  /// - Parameters:
  ///   - drain: stop at the end offsets found at the start.
  ///   - recordsMax: stop after about so many records.
  public init(sources: ConfigurationSources, drain: Bool, recordsMax: Int?) {
    self.sources = sources
    self.drain = drain
    self.recordsMax = recordsMax
  }

  /// Runs to the end. Everything that goes wrong is in the log or on standard error.
  public func run() async -> ExitStatus {
    guard let setup = ProcessSetup.load(sources) else { return .wrongUsage }
    let logger = Logger(label: "run")
    let worker = CreationWorker(
      setup: setup, stop: KafkaConsumerConfiguration.StopCondition(atEndOffsets: drain, recordsMax: recordsMax), logger: logger)
    let isBatchJob = drain || recordsMax != nil
    return await SignalGuard.run(logger: logger, onFirstSignal: { worker.beginDrain() }) {
      do {
        let statistics = try await worker.run()
        // A batch job that was asked to end before its end has work left, and so has one that has waited for too long.
        if isBatchJob, worker.wasAskedToEnd || statistics.standstill != nil { return .tryAgainLater }
        return isBatchJob && statistics.deadLetters > 0 ? .deadLettered : .done
      } catch is CancellationError {
        return isBatchJob ? .tryAgainLater : .done
      } catch {
        logger.critical("the worker ends", metadata: ["error": "\(error)"])
        return PartFailure.exitStatus(for: error)
      }
    }
  }
}
