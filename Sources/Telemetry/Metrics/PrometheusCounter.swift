import CoreMetrics
import Synchronization

/// A value that only grows, for whole numbers and fractions alike: one atomic addition for the first, a compare-and-exchange loop for the second.
public final class PrometheusCounter: CounterHandler, FloatingPointCounterHandler {
  private let whole = Atomic<Int64>(0)
  private let fractionBits = Atomic<UInt64>(0)

  /// Adds `amount`; what is not positive is ignored, and the value stops at `Int64.max` instead of wrapping round.
  public func increment(by amount: Int64) {
    guard amount > 0 else { return }
    let (old, new) = whole.wrappingAdd(amount, ordering: .relaxed)
    if new < old { whole.store(.max, ordering: .relaxed) }
  }

  /// Adds `amount`; what is not positive is ignored.
  public func increment(by amount: Int = 1) { increment(by: Int64(amount)) }

  /// Adds `amount`; what is not finite and positive is ignored.
  public func increment(by amount: Double) {
    guard amount.isFinite, amount > 0 else { return }
    fractionBits.updateDouble { $0 + amount }
  }

  /// Back to zero, as after a restart.
  public func reset() {
    whole.store(0, ordering: .relaxed)
    fractionBits.store(0, ordering: .relaxed)
  }

  /// The value now.
  public var value: Double {
    Double(whole.load(ordering: .relaxed)) + Double(bitPattern: fractionBits.load(ordering: .relaxed))
  }
}
