import CheckoutSession

/// Which requests are audited; what answers them is read up to the end in any case.
struct AuditRange: Sendable, Hashable {
  /// Requests written from then on; nil: from the beginning.
  var since: Timestamp?
  /// Requests written before; nil: up to the end.
  var until: Timestamp?
  /// Where to begin, by partition of the request topic; others from the beginning.
  var fromOffsets: [Int32: Int64] = [:]
  /// Where to end, by partition of the request topic; others at their end.
  var toOffsets: [Int32: Int64] = [:]

  /// How much earlier than ``since`` answers are looked at: clocks of producers, workers and brokers differ.
  static let clockTolerance: Duration = .seconds(300)

  /// From when on answers are read; nil: from the beginning.
  var answersFrom: Timestamp? { since.map { $0 - Self.clockTolerance } }

  /// What is wrong with it for a request topic of these partitions, naming the option; nil if nothing is.
  func objection(topic: String, partitions: Set<Int32>) -> String? {
    for (name, offsets) in [("--from-offsets", fromOffsets), ("--to-offsets", toOffsets)] {
      guard let unknown = offsets.keys.filter({ !partitions.contains($0) }).min() else { continue }
      return "\(name): \(topic) has no partition \(unknown)"
    }
    return nil
  }

  /// Whether a request record is in it.
  func contains(partition: Int32, offset: Int64, at: Timestamp) -> Bool {
    if let from = fromOffsets[partition], offset < from { return false }
    if let to = toOffsets[partition], offset >= to { return false }
    if let since, at < since { return false }
    if let until, at >= until { return false }
    return true
  }
}
