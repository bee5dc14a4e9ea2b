import Records
import Synchronization

/// A batch whose records are not all finished. Holds one place of `creation.batchesInFlight` until they are finished, put off or given up.
final class BatchInProgress: Sendable {
  let batch: RecordBatch
  private let holding: Atomic<Int>
  private let gate: CapacityGate

  init(_ batch: RecordBatch, gate: CapacityGate) {
    self.batch = batch
    self.gate = gate
    holding = Atomic(batch.records.count)
    gate.enter()
  }

  /// Says that `count` records no longer count against the batch's place.
  func letGo(_ count: Int) {
    // None let go is no news: the last one may have gone before, and a place is given back once.
    guard count > 0 else { return }
    let (_, left) = holding.subtract(count, ordering: .acquiringAndReleasing)
    if left == 0 { gate.leave() }
  }
}
