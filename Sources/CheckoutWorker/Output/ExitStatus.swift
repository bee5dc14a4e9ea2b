/// How a command ended; a contract with scripts and cron jobs (`design/architecture.md`, "Command line").
public enum ExitStatus: Int32, Sendable {
  /// Done.
  case done = 0
  /// Failed.
  case failed = 1
  /// Wrong usage or configuration.
  case wrongUsage = 2
  /// Finished, but something was dead-lettered or is unresolved.
  case deadLettered = 3
  /// The broker or the gateway cannot be reached: try again later.
  case tryAgainLater = 75
  /// Credentials were refused.
  case refused = 77
}
