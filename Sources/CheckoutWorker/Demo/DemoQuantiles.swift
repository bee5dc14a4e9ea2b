/// Quantiles of measured durations.
struct DemoQuantiles {
  private let sorted: [Duration]

  /// - Parameter durations: in any order.
  init(_ durations: [Duration]) { sorted = durations.sorted() }

  /// What `share` of the durations do not exceed; nil if there are none.
  func callAsFunction(_ share: Double) -> Duration? {
    sorted.isEmpty ? nil : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }
}
