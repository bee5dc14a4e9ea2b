/// The two facts we need from librdkafka's statistics (fact 6: they must be consumed in any case): is any broker connected, and how much is queued.
///
/// The document is some kilobytes of JSON every five seconds; a search for two members is all it takes.
struct StatisticsSummary: Hashable, Sendable {
  /// Brokers in state UP.
  var brokersUpCount: Int
  /// Records in the client's queues (`msg_cnt`).
  var queueDepth: Int

  init(json: UnsafeRawBufferPointer) {
    brokersUpCount = Self.positions(of: "\"state\":\"UP\"", in: json).count
    let members = Self.positions(of: "\"msg_cnt\":", in: json)
    queueDepth = members.first.map { Self.integer(at: $0, in: json) } ?? 0
  }

  init(json: String) {
    self = Array(json.utf8).withUnsafeBytes { StatisticsSummary(json: $0) }
  }

  /// Where each occurrence ends.
  private static func positions(of text: StaticString, in bytes: UnsafeRawBufferPointer) -> [Int] {
    let needle = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard bytes.count >= needle.count else { return [] }
    return (0...(bytes.count - needle.count)).compactMap { start in
      bytes[start] == needle[0] && bytes[start..<(start + needle.count)].elementsEqual(needle) ? start + needle.count : nil
    }
  }

  private static func integer(at start: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    var value = 0
    for byte in bytes[start...].prefix(15) {
      guard (48...57).contains(byte) else { break }
      value = value * 10 + Int(byte - 48)
    }
    return value
  }
}
