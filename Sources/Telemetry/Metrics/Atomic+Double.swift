import Synchronization

extension Atomic where Value == UInt64 {
  /// Changes the `Double` whose bit pattern is kept here. The loop ends because a failed exchange means that another thread made progress.
  func updateDouble(_ change: (Double) -> Double) {
    var old = load(ordering: .relaxed)
    while true {
      let new = change(Double(bitPattern: old)).bitPattern
      let (exchanged, original) = weakCompareExchange(expected: old, desired: new, ordering: .relaxed)
      if exchanged { return }
      old = original
    }
  }
}
