/// How closing a client went. Closing never hangs: at the end of its time-out it names the step that did not finish and lets the process go on.
public struct CloseReport: Hashable, Sendable {
  /// The steps of closing, in order.
  public enum Step: String, Hashable, Sendable {
    /// Waiting for records in flight to be finished (consumer) or acknowledged (producer).
    case drain
    /// Waiting for the last commit's answer.
    case commit
    /// Leaving the group.
    case leave
    /// Ending librdkafka's threads.
    case destroy
  }

  /// The step that was not finished in time; nil when everything was.
  public var unfinishedStep: Step?
  /// Consumer: records handed out and never finished; they will be read again. Producer: records given up.
  public var recordsAbandonedCount = 0
  /// The last commit's error, if it failed.
  public var commitError: KafkaError?
  /// How long closing took.
  public var duration: Duration = .zero

  /// Whether everything was finished in time and nothing was given up.
  public var isClean: Bool { unfinishedStep == nil && recordsAbandonedCount == 0 && commitError == nil }
}
