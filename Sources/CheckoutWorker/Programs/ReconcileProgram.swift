import CheckoutSession
import Logging
import Reconciliation
import Stage

/// `checkout-worker reconcile`: the reconcile stage as a process.
public struct ReconcileProgram: Sendable {
  /// How long it works.
  public enum Run: Sendable, CaseIterable {
    /// Polls everything that is due at the start, publishes, and ends.
    case once
    /// Until nothing is outstanding.
    case untilSettled
    /// Until it is asked to end.
    case watch
  }

  private let sources: ConfigurationSources
  private let length: Run

  /// - Parameter run: how long it works.
  public init(sources: ConfigurationSources, run: Run) {
    self.sources = sources
    length = run
  }

  /// Runs to the end. Everything that goes wrong is in the log or on standard error; a batch run says on standard output what it did.
  public func run() async -> ExitStatus {
    guard let setup = ProcessSetup.load(sources) else { return .wrongUsage }
    let logger = Logger(label: "reconcile")
    let worker = ReconciliationWorker(setup: setup, run: stageRun, logger: logger)
    return await SignalGuard.run(logger: logger, onFirstSignal: { worker.beginDrain() }) {
      do {
        let statistics = try await reconcile(worker)
        if length != .watch {
          StandardStreams.write(ReconcileReport(statistics, status: worker.status, wasAskedToEnd: worker.wasAskedToEnd).text)
        }
        return length == .watch ? .done : statistics.exitStatus(wasAskedToEnd: worker.wasAskedToEnd)
      } catch is CancellationError {
        return length == .watch ? .done : .tryAgainLater
      } catch {
        logger.critical("the reconciliation ends", metadata: ["error": "\(error)"])
        return PartFailure.exitStatus(for: error)
      }
    }
  }

  private func reconcile(_ worker: ReconciliationWorker) async throws -> ReconciliationStatistics {
    guard length != .watch else { return try await worker.reconcile() }
    async let _: Void = ReconcileProgress.run(worker)
    return try await worker.reconcile()  // leaving the scope ends the progress line and waits for it
  }

  private var stageRun: ReconciliationRun {
    switch length {
    case .once: .once
    case .untilSettled: .untilSettled
    case .watch: .watch
    }
  }
}
