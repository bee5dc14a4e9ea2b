import Logging

/// The project's swift-log backend: one line an event, JSON or text, bounded in length, redacted, never interleaved.
///
/// Metadata is merged with the call's own entries first in rank, then the provider's, then the logger's. An attached error becomes the
/// members `error.message` and `error.type`, as in swift-log's own handlers.
public struct StructuredLogHandler: LogHandler {
  /// The lowest level that is written.
  public var logLevel: Logger.Level
  /// Entries of every event of this logger.
  public var metadata: Logger.Metadata
  /// Adds entries from the task's context, such as a trace id.
  public var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let output: LogOutput

  /// - Parameters:
  ///   - label: the logger's label, shown in each line.
  ///   - output: format and sink.
  ///   - logLevel: the lowest level that is written.
  ///   - metadataProvider: adds entries from the task's context.
  public init(
    label: String, output: LogOutput, logLevel: Logger.Level = .info, metadataProvider: Logger.MetadataProvider? = nil
  ) {
    self.label = label
    self.output = output
    self.logLevel = logLevel
    self.metadataProvider = metadataProvider
    metadata = [:]
  }

  /// One metadata entry of this logger.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes the event as one line.
  public func log(event: LogEvent) {
    var merged = metadata
    if let provided = metadataProvider?.get() { merged.merge(provided) { _, new in new } }
    if let explicit = event.metadata { merged.merge(explicit) { _, new in new } }
    if let error = event.error {
      merged["error.message"] = "\(error)"
      merged["error.type"] = "\(String(reflecting: type(of: error)))"
    }
    output.write(
      LogLine(
        time: output.now(), level: event.level, label: label, message: event.message.description, members: LogMember.flatten(merged)))
  }
}
