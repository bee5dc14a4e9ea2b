import CKafka
import Logging

/// What librdkafka calls back into: logs, errors, statistics, deliveries. Lives as long as its client.
///
/// Every closure runs on one of librdkafka's threads and must return at once.
final class ClientCallbacks: Sendable {
  let logger: Logger
  let onError: @Sendable (KafkaError) -> Void
  let onStatistics: @Sendable (StatisticsSummary) -> Void
  let onDelivered: @Sendable (Int) -> Void

  init(
    logger: Logger, onError: @escaping @Sendable (KafkaError) -> Void = { _ in },
    onStatistics: @escaping @Sendable (StatisticsSummary) -> Void = { _ in }, onDelivered: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.logger = logger
    self.onError = onError
    self.onStatistics = onStatistics
    self.onDelivered = onDelivered
  }

  /// The form the shim takes. Retains self until ``releaseRetained(_:)``, which whoever destroys the client calls afterwards.
  func retained() -> ck_callbacks {
    ck_callbacks(
      context: Unmanaged.passRetained(self).toOpaque(),
      log: { context, level, facility, message in
        guard let facility, let message else { return }
        ClientCallbacks.of(context)?.log(level: level, facility: String(cString: facility), message: String(cString: message))
      },
      error: { context, number, isFatal, message in
        let text = message.map { String(cString: $0) }
        guard let error = KafkaError(number: number, message: text, isFatal: isFatal) else { return }
        ClientCallbacks.of(context)?.onError(error)
      },
      statistics: { context, json, count in
        ClientCallbacks.of(context)?.onStatistics(StatisticsSummary(json: UnsafeRawBufferPointer(start: json, count: count)))
      },
      delivered: { context, count in ClientCallbacks.of(context)?.onDelivered(count) })
  }

  /// The one release of what ``retained()`` retained.
  static func releaseRetained(_ callbacks: ck_callbacks) {
    if let context = callbacks.context { Unmanaged<ClientCallbacks>.fromOpaque(context).release() }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> ClientCallbacks? {
    context.map { Unmanaged<ClientCallbacks>.fromOpaque($0).takeUnretainedValue() }
  }

  private func log(level: Int32, facility: String, message: String) {
    logger.log(level: Self.level(of: level, message: message), "\(message)", metadata: ["facility": "\(facility)"])
  }

  /// Syslog's levels to swift-log's. One map of properties serves consumer and producer, so librdkafka's remark that a property is
  /// only for the other kind is of no interest.
  static func level(of syslog: Int32, message: String) -> Logger.Level {
    if message.contains("is a consumer property and will be ignored") || message.contains("is a producer property and will be ignored") {
      return .trace
    }
    switch syslog {
    case ...2: return .critical
    case 3: return .error
    case 4: return .warning
    case 5: return .notice
    case 6: return .info
    default: return .debug
    }
  }
}
