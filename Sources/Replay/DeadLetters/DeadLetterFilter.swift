import CheckoutSession

/// Which dead letters are meant. Every part that says something must agree; of the values of one part any may.
public struct DeadLetterFilter: Hashable, Sendable {
  /// Error codes; empty: any.
  public var codes: Set<String> = []
  /// Error classes; empty: any.
  public var classes: Set<DeadLetterClass> = []
  /// Merchants' ids; empty: any.
  public var merchants: Set<String> = []
  /// Modes, nil for letters that do not say theirs; empty: any.
  public var modes: Set<SessionMode?> = []
  /// Request ids; empty: any.
  public var requestIDs: Set<String> = []
  /// Partitions of the dead-letter topic; empty: any.
  public var partitions: Set<Int32> = []
  /// Offsets in each of ``partitions``; empty: any.
  public var offsets: [ClosedRange<Int64>] = []
  /// Written at this moment or later; nil: from the beginning.
  public var since: Timestamp?
  /// Written before this moment; nil: up to the end.
  public var until: Timestamp?

  /// A filter that lets every dead letter through.
  public init() {}

  /// Whether a dead letter is meant.
  public func matches(_ letter: DeadLetter) -> Bool {
    matches(letter.errorCode, letter.errorClass)
      && (merchants.isEmpty || letter.merchantID.map(merchants.contains) ?? false)
      && (modes.isEmpty || modes.contains(letter.mode))
      && (requestIDs.isEmpty || letter.requestID.map(requestIDs.contains) ?? false)
      && contains(partition: letter.place.partition, offset: letter.place.offset, at: letter.at)
  }

  /// Whether a line of a plan is meant, when its dead letter cannot be asked any more. Merchant, request id and mode are as the worker names them, which is what
  /// the dead letter says unless it says nothing.
  public func matches(_ entry: PlanEntry) -> Bool {
    matches(entry.errorCode, entry.errorClass)
      && (merchants.isEmpty || merchants.contains(entry.identity.merchantID))
      && (modes.isEmpty || modes.contains(entry.mode))
      && (requestIDs.isEmpty || requestIDs.contains(entry.identity.requestID))
      && contains(partition: entry.place.partition, offset: entry.place.offset, at: entry.failedAt)
  }

  private func matches(_ code: String, _ errorClass: DeadLetterClass) -> Bool {
    (codes.isEmpty || codes.contains(code)) && (classes.isEmpty || classes.contains(errorClass))
  }

  /// Whether a record of the dead-letter topic is meant as far as its place and time say: what can be told without reading it.
  public func contains(partition: Int32, offset: Int64, at: Timestamp) -> Bool {
    if !partitions.isEmpty, !partitions.contains(partition) { return false }
    if !offsets.isEmpty, !offsets.contains(where: { $0.contains(offset) }) { return false }
    if let since, at < since { return false }
    if let until, at >= until { return false }
    return true
  }

  /// The offsets of a partition that need to be read at all; nil: none of it.
  public func offsets(ofPartition partition: Int32) -> ClosedRange<Int64>? {
    guard partitions.isEmpty || partitions.contains(partition) else { return nil }
    guard let first = offsets.map(\.lowerBound).min(), let last = offsets.map(\.upperBound).max() else { return 0...Int64.max }
    return first...last
  }
}
