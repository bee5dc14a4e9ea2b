import Creation
import Records
import Synchronization
import TestClock
import Testing

/// A request topic of one partition: hands records out within the limits, waits for more, and keeps account of what is finished.
final class FakeRequestSource: RequestSource {
  private struct State {
    var log: [Input] = []
    var position = 0
    var finished: Set<Int64> = []
    var delivered: Set<Int64> = []
    var isStopped = false
    var endsAtEnd = true
    var recordsMax = Int.max
    var limitsSeen: [BatchLimits] = []
    var failure: (any Error)?
    var waiter: CheckedContinuation<Void, Never>?
  }
  private let state = Mutex(State())
  private let life: Life
  static let topic = "checkout.session-requests"

  init(life: Life) { self.life = life }

  var finished: Set<Int64> { state.withLock { $0.finished } }
  var limitsSeen: [BatchLimits] { state.withLock { $0.limitsSeen } }
  var count: Int { state.withLock { $0.log.count } }
  var deliveredCount: Int { state.withLock { $0.delivered.count } }
  /// The first offset that is not finished: what a consumer group would begin with next time.
  var watermark: Int64 {
    state.withLock { state in
      var offset: Int64 = 0
      while state.finished.contains(offset) { offset += 1 }
      return offset
    }
  }

  func append(_ inputs: [Input]) {
    wake { $0.log += inputs }
  }
  /// Whether `nextBatch` ends when everything is handed out, or waits for more.
  func setEndsAtEnd(_ endsAtEnd: Bool) { wake { $0.endsAtEnd = endsAtEnd } }
  func setRecordsMax(_ count: Int) { state.withLock { $0.recordsMax = count } }
  func fail(_ error: any Error) { wake { $0.failure = error } }

  /// A new process begins where the last commit stands.
  func redeliver() {
    let start = Int(watermark)
    state.withLock { state in
      state.position = start
      state.delivered = []
      state.isStopped = false
    }
  }

  func nextBatch(_ limits: BatchLimits) async throws -> RecordBatch? {
    state.withLock { $0.limitsSeen.append(limits) }
    while true {
      if let failure = state.withLock({ $0.failure }) { throw failure }
      let (inputs, isEnd) = take(limits)
      if !inputs.isEmpty { return Input.batch(inputs) }
      if isEnd { return nil }
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let isCancelled = Task.isCancelled
          state.withLock { if isCancelled { continuation.resume() } else { $0.waiter = continuation } }
        }
      } onCancel: {
        wake { _ in }
      }
      try Task.checkCancellation()
    }
  }

  private func take(_ limits: BatchLimits) -> ([(Int64, Input)], isEnd: Bool) {
    state.withLock { state in
      if state.isStopped { return ([], true) }
      let count = min(limits.recordsMax, state.recordsMax, state.log.count - state.position)
      guard count > 0 else { return ([], state.endsAtEnd) }
      let range = state.position..<(state.position + count)
      state.position += count
      state.delivered.formUnion(range.map(Int64.init))
      return (range.map { (Int64($0), state.log[$0]) }, false)
    }
  }

  func finish(_ batch: RecordBatch, _ indices: [Int]) {
    let offsets = indices.map { batch.records[$0].offset }
    guard life.fate(of: .finish(offsets)) != .dead else { return }
    state.withLock { state in
      for offset in offsets {
        #expect(state.delivered.remove(offset) != nil, "record \(offset) finished twice, or never delivered")
        state.finished.insert(offset)
      }
    }
  }

  func stop() { wake { $0.isStopped = true } }

  private func wake(_ change: (inout State) -> Void) {
    let waiter = state.withLock { state in
      change(&state)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}
