import Logging

/// What a command that looks at things and says everything itself begins with: its configuration, its output and a quiet log.
struct CommandStart: Sendable {
  let assembly: WorkerAssembly
  let output: CommandOutput
  let logger: Logger
  /// Writes the commands that are to be typed next.
  let echo: CommandEcho

  /// Nil, with the reason on standard error, if the command line or the configuration is wrong.
  /// - Parameter objection: what is wrong with the command's own options.
  init?(_ sources: ConfigurationSources, label: String, objection: String?) {
    output = .standard
    logger = sources.commandLogger(label)
    echo = CommandEcho(sources)
    if let objection {
      output.writeError(objection)
      return nil
    }
    guard let setup = ProcessSetup.load(sources, needsGateway: false) else { return nil }
    assembly = WorkerAssembly(configuration: setup.configuration)
  }

  /// Works to the end; the first signal cancels.
  func untilSignal(_ work: @escaping @Sendable () async -> ExitStatus) async -> ExitStatus {
    let work = Task { await work() }
    return await SignalGuard.run(logger: logger, onFirstSignal: { work.cancel() }) { await work.value }
  }
}
