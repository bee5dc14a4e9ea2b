import CKafka
import Dispatch
import Synchronization

/// One librdkafka client (`rd_kafka_t`), alive for as long as somebody uses it.
///
/// librdkafka's calls may come from any thread, but none may come during or after `rd_kafka_destroy`. So every call goes through
/// ``use(_:)``, which counts itself in, and ``destroy()`` first shuts that door and then waits for those inside. All of them are bounded.
final class NativeClient: Sendable {
  /// The client's pointer. `@unchecked`: librdkafka is thread-safe, and ``NativeClient`` decides how long the pointer lives.
  struct Pointer: @unchecked Sendable { let raw: OpaquePointer }

  private struct State {
    var users = 0
    var isClosing = false
  }

  private let pointer: Pointer
  private let callbacks: ck_callbacksBox
  private let state = Mutex(State())
  private let empty = DispatchSemaphore(value: 0)

  /// `@unchecked`: function pointers and a retained context, never changed.
  private struct ck_callbacksBox: @unchecked Sendable { let value: ck_callbacks }

  /// Which kind of client to make.
  enum Kind {
    case consumer
    case producer(background: Bool)
  }

  init(_ kind: Kind, properties: KafkaProperties, callbacks: ClientCallbacks) throws(KafkaError) {
    let config = try ClientConfig.make(properties)
    let retained = callbacks.retained()
    var error = ck_error()
    let made: OpaquePointer? =
      switch kind {
      case .consumer: ck_consumer_new(config, retained, &error)
      case .producer(let background): ck_producer_new(config, retained, background, &error)
      }
    guard let made else {
      ClientCallbacks.releaseRetained(retained)
      throw KafkaError(error).map(Self.asConfiguration)
        ?? KafkaError(code: .invalidProperty, message: "librdkafka refused the configuration")
    }
    pointer = Pointer(raw: made)
    self.callbacks = ck_callbacksBox(value: retained)
  }

  /// `rd_kafka_new` fails for contradictory properties only, whatever code it reports.
  private static func asConfiguration(_ error: KafkaError) -> KafkaError {
    KafkaError(code: error.code, message: "kafka.properties: \(error.message)", failureClass: .configuration)
  }

  /// Calls `body` with the client; nil if it is being destroyed.
  func use<Value>(_ body: (OpaquePointer) -> Value) -> Value? {
    let isOpen = state.withLock { state in
      if !state.isClosing { state.users += 1 }
      return !state.isClosing
    }
    guard isOpen else { return nil }
    defer {
      let isLast = state.withLock { state in
        state.users -= 1
        return state.isClosing && state.users == 0
      }
      if isLast { empty.signal() }
    }
    return body(pointer.raw)
  }

  /// The same for a call that fails when the client is closed.
  func call<Value>(_ body: (OpaquePointer) -> Result<Value, KafkaError>) -> Result<Value, KafkaError> {
    use(body) ?? .failure(KafkaError(code: .closed, message: "the Kafka client has been closed"))
  }

  /// Ends the client. Blocks, so only on a thread of our own; the second call does nothing.
  /// - Parameter lastAct: gives back what belongs to the client, when nobody can use it any more.
  func destroy(after lastAct: () -> Void = {}) {
    let (isFirst, mustWait) = state.withLock { state in
      defer { state.isClosing = true }
      return (!state.isClosing, state.users > 0)
    }
    guard isFirst else { return }
    if mustWait { empty.wait() }
    lastAct()
    ck_client_destroy(pointer.raw)
    ClientCallbacks.releaseRetained(callbacks.value)
  }
}
