import CheckoutSession
import Records

/// The CloudEvents headers of an outgoing record in packed form (`contract/messages.md`), written once per kind of record with the places of id and time
/// left open: nearly every record gets them, and but for those two they are always the same.
public struct CloudEventHeaders: Sendable {
  private static let idCount = 36
  private static let timeCount = 24

  private var bytes: [UInt8] = []
  private var idOffset = 0
  private var timeOffset = 0

  /// - Parameters:
  ///   - type: `ce_type`.
  ///   - source: `ce_source`.
  public init(type: String, source: String) {
    add("ce_specversion", "1.0".utf8)
    add("ce_id", Array(repeating: 0, count: Self.idCount))
    idOffset = bytes.count - Self.idCount
    add("ce_source", source.utf8)
    add("ce_type", type.utf8)
    add("ce_time", Array(repeating: 0, count: Self.timeCount))
    timeOffset = bytes.count - Self.timeCount
    add("content-type", "application/json".utf8)
  }

  /// Appends the headers.
  /// - Parameters:
  ///   - id: `ce_id`, a UUID.
  ///   - time: `ce_time`.
  public func append(id: String, time: Timestamp, to output: inout [UInt8]) {
    precondition(id.utf8.count == Self.idCount, "the id of an event is a UUID")
    output.append(contentsOf: bytes[..<idOffset])
    output.append(contentsOf: id.utf8)
    output.append(contentsOf: bytes[(idOffset + Self.idCount)..<timeOffset])
    time.appendRFC3339(to: &output)
    output.append(contentsOf: bytes[(timeOffset + Self.timeCount)...])
  }

  private mutating func add(_ name: String, _ value: some Collection<UInt8>) {
    PackedHeaders.append(name: name.utf8, value: value, to: &bytes)
  }
}
