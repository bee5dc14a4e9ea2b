import CKafka
import Glibc

/// A thread of our own, for calls into librdkafka that block: they must never hold a thread of Swift's pool.
enum NativeThread {
  private final class Start {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Runs `body` on a new detached thread. Names longer than 15 bytes are cut, as Linux demands.
  /// - Throws: ``KafkaError`` with code `NO_THREAD` when the system gives no more threads.
  static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(KafkaError) {
    let start = Unmanaged.passRetained(Start(name: String(name.prefix(15)), body: body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { raw in
        if let raw {
          let start = NativeThread.take(raw)
          ck_thread_set_name(start.name)
          start.body()
        }
        return nil
      }, start.toOpaque())
    guard code == 0 else {
      _ = take(start.toOpaque())
      throw KafkaError(code: .noThread, message: "the system refused a thread for \(name) (error \(code))", failureClass: .transient)
    }
    pthread_detach(thread)
  }

  /// The one release of what ``start(name:_:)`` retained.
  private static func take(_ raw: UnsafeMutableRawPointer) -> Start {
    Unmanaged<Start>.fromOpaque(raw).takeRetainedValue()
  }

  /// Runs a blocking call on a thread of its own and waits for it without blocking. Not for hot paths: it starts a thread.
  static func call<Value: Sendable>(
    name: String, _ body: @escaping @Sendable () -> Result<Value, KafkaError>
  ) async throws(KafkaError) -> Value {
    let result: Result<Value, KafkaError> = await withCheckedContinuation { continuation in
      do throws(KafkaError) {
        try start(name: name) { continuation.resume(returning: body()) }
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    return try result.get()
  }
}
