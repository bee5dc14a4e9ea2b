import CKafka
import Synchronization

/// The producer's topic handles, made once each: producing by name delays the first deliveries (fact 11).
final class TopicHandles: Sendable {
  /// `@unchecked`: librdkafka's topic handles are thread-safe; they live until ``destroy()``.
  private struct Handles: @unchecked Sendable { var byName: [String: OpaquePointer] = [:] }
  private let handles = Mutex(Handles())

  /// At most this many topics: replies go to allow-listed topics only, so more is a mistake.
  static let topicsMax = 1000

  /// Makes the handles that are missing.
  func prepare(_ names: [String], client: OpaquePointer) -> KafkaError? {
    handles.withLock { handles in
      for name in names where handles.byName[name] == nil {
        guard handles.byName.count < Self.topicsMax else {
          return KafkaError(code: .init(rawValue: "_INVALID_ARG"), message: "more than \(Self.topicsMax) topics", topic: name)
        }
        var number: Int32 = 0
        guard let handle = ck_topic_new(client, name, &number) else { return KafkaError(number: number, topic: name) }
        handles.byName[name] = handle
      }
      return nil
    }
  }

  /// Calls `body` with the handles of these names, in order. Only inside ``NativeClient/use(_:)``, which keeps them alive.
  func with<Value>(_ names: [String], _ body: (UnsafePointer<OpaquePointer?>?) -> Value) -> Value {
    let found = names.map { name in handles.withLock { Unchecked($0.byName[name]) }.value }
    return found.withUnsafeBufferPointer { body($0.baseAddress) }
  }

  /// Carries a pointer out of the lock. `@unchecked`: librdkafka's topic handles are thread-safe, and ``NativeClient/use(_:)`` keeps them alive meanwhile.
  private struct Unchecked: @unchecked Sendable {
    let value: OpaquePointer?
    init(_ value: OpaquePointer?) { self.value = value }
  }

  /// Gives all handles back, before the client is destroyed.
  func destroy() {
    handles.withLock { handles in
      for handle in handles.byName.values { ck_topic_destroy(handle) }
      handles.byName = [:]
    }
  }
}
