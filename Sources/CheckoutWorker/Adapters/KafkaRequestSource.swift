import Creation
import Kafka
import Records
import Synchronization

/// The create stage's ``RequestSource`` over a Kafka consumer.
final class KafkaRequestSource: RequestSource {
  private struct State {
    var isStopped = false
    var waiting: Task<RecordBatch?, any Error>?
  }

  private let consumer: KafkaConsumer
  private let state = Mutex(State())

  init(_ consumer: KafkaConsumer) { self.consumer = consumer }

  func nextBatch(_ limits: BatchLimits) async throws -> RecordBatch? {
    // A task of its own, so that stop() can end the wait and nothing else of the caller.
    let wait = state.withLock { state -> Task<RecordBatch?, any Error>? in
      guard !state.isStopped else { return nil }
      let wait = Task { [consumer] in try await consumer.nextBatch(limits) }
      state.waiting = wait
      return wait
    }
    guard let wait else { return nil }
    do {
      return try await withTaskCancellationHandler {
        try await wait.value
      } onCancel: {
        wait.cancel()
      }
    } catch let error as KafkaError where error.code == .cancelled {
      try Task.checkCancellation()
      return nil
    }
  }

  func finish(_ batch: RecordBatch, _ indices: [Int]) { consumer.finish(batch, indices) }

  func stop() {
    let waiting = state.withLock { state in
      state.isStopped = true
      return state.waiting
    }
    waiting?.cancel()
  }
}
