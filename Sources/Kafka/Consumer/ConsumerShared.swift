import Records
import Synchronization

/// Where the callers of a ``KafkaConsumer`` and its thread meet.
///
/// Everything stands under one mutex that nobody holds while calling C or resuming a continuation. Callers put requests in and wake the
/// thread; the thread alone takes batches out of librdkafka and answers.
final class ConsumerShared: Sendable {
  /// A caller waiting for a batch.
  struct Request {
    let id: UInt64
    let limits: BatchLimits
    let continuation: CheckedContinuation<Result<RecordBatch?, KafkaError>, Never>
  }

  /// How the consumer came to its end, or is about to.
  enum Ending {
    case drained
    case closing
    case failed(KafkaError)

    var result: Result<RecordBatch?, KafkaError> {
      if case .failed(let error) = self { return .failure(error) }
      return .success(nil)
    }
  }

  struct State {
    var tracker = OffsetTracker()
    var waiting: [Request] = []
    var lastRequestID: UInt64 = 0
    /// The request that the thread is about to answer, and whether its task was cancelled meanwhile.
    var serving: (id: UInt64, isCancelled: Bool)?
    var ending: Ending?
    /// Whether closing waits for records in flight.
    var closingWaitsForRecords = true
    var health: ConsumerHealth
  }

  /// More callers than this waiting at once is a mistake.
  static let waitingMax = 64

  private let state: Mutex<State>
  let waker = QueueWaker()
  let closing = ClosingGate()

  init() { state = Mutex(State(health: ConsumerHealth(lastPollAt: .now))) }

  /// Reads or changes the state. `body` must be short and must not call out.
  func withState<Value: Sendable>(_ body: (inout State) -> Value) -> Value {
    state.withLock { body(&$0) }
  }

  // MARK: Callers

  /// Waits for a batch.
  func nextBatch(_ limits: BatchLimits) async -> Result<RecordBatch?, KafkaError> {
    let id = withState { state in
      state.lastRequestID += 1
      return state.lastRequestID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if let refusal = enqueue(Request(id: id, limits: limits, continuation: continuation)) {
          continuation.resume(returning: refusal)
        } else {
          waker.wake()
        }
      }
    } onCancel: {
      cancel(id)
    }
  }

  /// The race with cancellation: the handler may run before the request is in the queue, finds nothing, and does nothing. But then the
  /// task's flag was set before the handler took the lock, so it is seen here, under the same lock.
  private func enqueue(_ request: Request) -> Result<RecordBatch?, KafkaError>? {
    withState { state in
      if let ending = state.ending { return ending.result }
      if Task.isCancelled { return .failure(Self.cancelled) }
      guard state.waiting.count < Self.waitingMax else {
        return .failure(KafkaError(code: .tooManyWaiters, message: "\(Self.waitingMax) callers wait for a batch already"))
      }
      state.waiting.append(request)
      return nil
    }
  }

  private func cancel(_ id: UInt64) {
    let request = withState { state in
      if state.serving?.id == id { state.serving?.isCancelled = true }
      return state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0) }
    }
    request?.continuation.resume(returning: .failure(Self.cancelled))
    waker.wake()  // what the thread has collected stays with it for the next caller
  }

  private static let cancelled = KafkaError(code: .cancelled, message: "the wait for a batch was cancelled")

  /// Starts closing without waiting for it.
  func requestClose(timeout: Duration, waitsForRecords: Bool = true) {
    withState { $0.closingWaitsForRecords = waitsForRecords }
    _ = closing.begin(timeout: timeout)
    end(.closing)
    waker.wake()
  }

  // MARK: The consumer's thread

  /// What the first caller in line wants, if records may be handed out now.
  func demand(recordsInFlightMax: Int) -> BatchLimits? {
    withState { state in
      guard state.ending == nil, let first = state.waiting.first, state.tracker.unfinishedCount < recordsInFlightMax else { return nil }
      return first.limits
    }
  }

  /// Takes the first caller out of the line; nil if nobody waits any more.
  func startServing() -> Request? {
    withState { state in
      guard state.ending == nil, !state.waiting.isEmpty else { return nil }
      let request = state.waiting.removeFirst()
      state.serving = (request.id, false)
      return request
    }
  }

  /// Nothing was left of the batch: the caller waits on, unless it was cancelled or the end has come meanwhile.
  func putBack(_ request: Request) {
    let answer: Result<RecordBatch?, KafkaError>? = withState { state in
      defer { state.serving = nil }
      if let ending = state.ending { return ending.result }
      if state.serving?.isCancelled == true { return .failure(Self.cancelled) }
      state.waiting.insert(request, at: 0)
      return nil
    }
    if let answer { request.continuation.resume(returning: answer) }
  }

  /// No batch will be handed out any more: answers everybody who waits and will wait. The first ending counts.
  func end(_ ending: Ending) {
    let (requests, result) = withState { state in
      state.ending = state.ending ?? ending
      defer { state.waiting = [] }
      return (state.waiting, state.ending?.result ?? .success(nil))
    }
    for request in requests { request.continuation.resume(returning: result) }
  }
}
