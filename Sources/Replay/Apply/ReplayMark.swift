import CheckoutSession
import Records

/// What names one replayed request on its way through request and reply topic: its `checkout-replay-of` and `checkout-replay-count`.
public struct ReplayMark: Hashable, Sendable {
  /// Where the dead letter stands.
  public var deadLetter: RecordCoordinate
  /// How often its request has been replayed, this time included.
  public var count: Int

  /// Makes a mark.
  public init(deadLetter: RecordCoordinate, count: Int) {
    self.deadLetter = deadLetter
    self.count = count
  }

  /// The mark of a record; nil if it is not of a replay. The last header of a name counts.
  public init?(_ headers: PackedHeaders) {
    guard let place = headers.lastValue(named: ReplayHeader.of), let count = headers.lastValue(named: ReplayHeader.count),
      let deadLetter = Self.place(place), let number = Int(String(decoding: count, as: UTF8.self)), number > 0
    else { return nil }
    self.init(deadLetter: deadLetter, count: number)
  }

  /// A topic's name holds no slash, so the parts are what stands between them.
  private static func place(_ text: ArraySlice<UInt8>) -> RecordCoordinate? {
    let parts = text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[0].isEmpty, let partition = Int32(String(decoding: parts[1], as: UTF8.self)), partition >= 0,
      let offset = Int64(String(decoding: parts[2], as: UTF8.self)), offset >= 0
    else { return nil }
    return RecordCoordinate(topic: String(decoding: parts[0], as: UTF8.self), partition: partition, offset: offset)
  }
}
