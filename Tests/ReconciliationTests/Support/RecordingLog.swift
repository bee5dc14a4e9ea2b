import Logging
import Synchronization

/// Every line that was logged, with its metadata.
final class RecordingLog: Sendable {
  private let state = Mutex<[String]>([])

  var lines: [String] { state.withLock { $0 } }
  var logger: Logger { Logger(label: "test", factory: { _ in Handler(log: self) }) }

  /// How many lines contain `text`.
  func count(_ text: String) -> Int { lines.count { $0.contains(text) } }

  private struct Handler: LogHandler {
    let log: RecordingLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      log.state.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
    }
  }
}
