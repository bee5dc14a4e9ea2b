import CoreMetrics
import Synchronization

/// A value that goes up and down; serves swift-metrics' `Gauge` and `Meter`.
public final class PrometheusGauge: RecorderHandler, MeterHandler {
  private let bits = Atomic<UInt64>(0)

  /// Sets the value.
  public func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }
  /// Sets the value.
  public func set(_ value: Int) { set(Double(value)) }
  /// Sets the value.
  public func set(_ value: Int64) { set(Double(value)) }
  /// Sets the value (swift-metrics' `Gauge`).
  public func record(_ value: Double) { set(value) }
  /// Sets the value (swift-metrics' `Gauge`).
  public func record(_ value: Int64) { set(Double(value)) }

  /// Adds `amount`; what is not finite is ignored, because no later change could bring the value back.
  public func increment(by amount: Double) {
    guard amount.isFinite else { return }
    bits.updateDouble { $0 + amount }
  }

  /// Subtracts `amount`; what is not finite is ignored.
  public func decrement(by amount: Double) { increment(by: -amount) }

  /// The value now.
  public var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }
}
