extension WorkerConfiguration {
  /// Logging: `log.*`.
  public struct Log: Sendable, Equatable {
    /// The least severe level that is written.
    public var level: Level = .info
    /// The form of a line.
    public var format: Format = .auto

    /// The levels of swift-log.
    public enum Level: String, Sendable, CaseIterable {
      /// Every step.
      case trace
      /// For finding faults.
      case debug
      /// One line for each batch.
      case info
      /// Unusual, but no fault.
      case notice
      /// Something an operator should look at.
      case warning
      /// Something failed.
      case error
      /// The process cannot go on.
      case critical
    }

    /// The form of a line.
    public enum Format: String, Sendable, CaseIterable {
      /// `text` when standard error is a terminal, else `json`.
      case auto
      /// For people.
      case text
      /// One JSON object for each line.
      case json
    }
  }
}
