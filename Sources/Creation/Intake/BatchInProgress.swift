import Records
import Stage
import Synchronization

/// A batch whose records are not all finished. Holds one place of `creation.batchesInFlight` until they are finished, put off or given up.
final class BatchInProgress: Sendable {
  let batch: RecordBatch
  private let holding: Atomic<Int>
  private let gate: CapacityGate
  /// Where the batch's bytes are counted from the first request on that does without a place, until the last one lets go of the batch.
  private let keeper = Mutex<WaivedPlaces?>(nil)

  init(_ batch: RecordBatch, gate: CapacityGate) {
    self.batch = batch
    self.gate = gate
    holding = Atomic(batch.records.count)
    gate.enter()
  }

  deinit { keeper.withLock { $0 }?.release(bytes: batch.slab.count) }

  /// Counts the batch's bytes, once; false if there is no room for them.
  func isKept(within places: WaivedPlaces) -> Bool {
    keeper.withLock { keeper in
      if keeper == nil, places.keep(bytes: batch.slab.count) { keeper = places }
      return keeper != nil
    }
  }

  /// Says that `count` records no longer count against the batch's place.
  func letGo(_ count: Int) {
    // None let go is no news: the last one may have gone before, and a place is given back once.
    guard count > 0 else { return }
    let (_, left) = holding.subtract(count, ordering: .acquiringAndReleasing)
    if left == 0 { gate.leave() }
  }
}
