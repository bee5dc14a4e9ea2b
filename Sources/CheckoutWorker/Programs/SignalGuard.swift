import Logging
import Synchronization
import UnixSignals

#if canImport(Glibc)
  import Glibc
#endif

/// Runs a program's work under SIGTERM and SIGINT: the first one asks it to end, a second one ends the process at once.
enum SignalGuard {
  /// The only true bound on a drain: librdkafka and a file system that hangs have none. Ending here is a crash, and crashes are harmless by design.
  static let drainTimeout: Duration = .milliseconds(24_500)

  /// Runs `work`; `onFirstSignal` must not block.
  static func run(logger: Logger, onFirstSignal: @escaping @Sendable () -> Void, _ work: @escaping @Sendable () async -> ExitStatus) async
    -> ExitStatus
  {
    let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
    let watch = Task {
      var isSecond = false
      for await signal in signals {
        guard !isSecond else {
          logger.warning("second signal, ending at once", metadata: ["signal": "\(signal)"])
          // The shell's form for "ended by this signal".
          _exit(128 + (signal == .sigint ? SIGINT : SIGTERM))
        }
        isSecond = true
        logger.notice("asked to end", metadata: ["signal": "\(signal)"])
        onFirstSignal()
        Task {
          try await ContinuousClock().sleep(for: drainTimeout)
          logger.critical("the drain took too long, ending now; what was not finished comes again", metadata: ["after": "\(drainTimeout)"])
          _exit(ExitStatus.failed.rawValue)
        }
      }
    }
    defer { watch.cancel() }
    return await work()
  }
}
