import Logging

/// `checkout-worker publish`: JSON lines become records of the request topic.
///
/// A line is the request itself or an envelope, see ``RequestLine``. The first line that cannot be published ends it with exit code 1: it is named
/// by file, line and column, what stands before it is published, and nothing after it is.
public struct PublishProgram: Sendable {
  private let sources: ConfigurationSources
  private let file: String?

  /// - Parameter file: JSON lines; standard input if nil or `-`.
  public init(sources: ConfigurationSources, file: String?) {
    self.sources = sources
    self.file = file
  }

  /// Publishes everything. What went wrong is on standard error.
  public func run() async -> ExitStatus {
    guard let setup = ProcessSetup.load(sources, needsGateway: false) else { return .wrongUsage }
    let output = CommandOutput.standard
    do {
      let input = try InputFile(path: file)
      return await Publication(configuration: setup.configuration, output: output, logger: sources.commandLogger("publish")).run(input)
    } catch {
      output.writeError("\(error)")
      return .failed
    }
  }
}

extension ConfigurationSources {
  /// The log of a command that says everything itself: quiet unless somebody asks for more with `--log-level`.
  func commandLogger(_ label: String) -> Logger {
    var logger = Logger(label: label)
    if logLevel == nil { logger.logLevel = .critical }
    return logger
  }
}
