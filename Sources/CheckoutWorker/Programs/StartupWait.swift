import CheckoutSession
import Gateway
import Kafka
import Logging
import Pacing
import Synchronization

/// Waits, with growing pauses and a line in the log for each, until a part can be reached.
final class StartupWait: Sendable {
  private struct State {
    var isCancelled = false
    var waiting: Task<Void, any Error>?
  }

  private let logger: Logger
  private let givesUpAfter: Duration?
  private let clock: any Clock<Duration>
  private let backoff = BackoffPolicy(base: .milliseconds(500), cap: .seconds(15))
  private let state = Mutex(State())

  /// - Parameter givesUpAfter: how long one part may stay unreachable before its error ends the process; nil: for ever.
  init(logger: Logger, givesUpAfter: Duration?, clock: any Clock<Duration> = ContinuousClock()) {
    self.logger = logger
    self.givesUpAfter = givesUpAfter
    self.clock = clock
  }

  /// Ends the wait, now or when it begins.
  func cancel() {
    let waiting = state.withLock { state in
      state.isCancelled = true
      return state.waiting
    }
    waiting?.cancel()
  }

  /// Calls `open` until it works.
  /// - Parameters:
  ///   - name: what is opened, and `place` where it is, for the log.
  /// - Throws: an error that time does not mend, the last error when time is up, or `CancellationError`.
  func retrying<Part: Sendable>(_ name: String, at place: String, _ open: @Sendable () async throws -> Part) async throws -> Part {
    var failures = 0
    let time = MonotonicTime(clock: clock)
    while true {
      try state.withLock { if $0.isCancelled { throw CancellationError() } }
      do {
        let part = try await open()
        if failures > 0 { logger.notice("\(name) can be reached now") }
        return part
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        guard mayPass(error) else { throw error }
        failures += 1
        let wait = backoff.ceiling(attempt: failures)
        try state.withLock { if $0.isCancelled { throw CancellationError() } }
        if let givesUpAfter, time.now + wait > givesUpAfter { throw error }
        logger.warning(
          Self.isMissingTopic(error)
            ? "a topic does not exist, trying again; `checkout-worker check` prints the command that creates it"
            : "\(name) cannot be reached yet, trying again", metadata: ["at": "\(place)", "error": "\(error)", "again_in": "\(wait)"])
        try await pause(wait)
      }
    }
  }

  private static func isMissingTopic(_ error: any Error) -> Bool { (error as? KafkaError)?.code == .unknownTopicOrPartition }

  private func pause(_ wait: Duration) async throws {
    let sleep = Task { [clock] in try await clock.sleep(for: wait) }
    let isCancelled = state.withLock { state in
      state.waiting = sleep
      return state.isCancelled
    }
    if isCancelled { sleep.cancel() }
    try await withTaskCancellationHandler {
      try await sleep.value
    } onCancel: {
      sleep.cancel()
    }
  }

  /// A missing topic or refused credentials may be mended while a service waits; a batch job ends at once for what only a person can mend.
  private func mayPass(_ error: any Error) -> Bool {
    switch error {
    case let error as KafkaError: !error.isFatal && error.code != .unknownProperty && error.code != .invalidProperty
    case let failure as GatewayFailure:
      failure.failureClass == .transient || (failure.failureClass == .configuration && givesUpAfter == nil)
    case let failure as LedgerFailure: failure.isTransient
    default: false
    }
  }
}
