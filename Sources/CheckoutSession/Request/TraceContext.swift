/// The W3C trace context of a request (`traceparent`, `tracestate`): continued in the HTTP call and in the reply
/// (`contract/messages.md`, "Request headers").
public struct TraceContext: Hashable, Sendable {
  /// The `traceparent` header, checked for its form.
  public let traceparent: String
  /// The `tracestate` header, if there was one.
  public let tracestate: String?

  /// Accepts `version-traceid-parentid-flags` in lower-case hexadecimal with non-zero ids, as W3C Trace Context says; nil otherwise.
  /// A `tracestate` over 512 bytes or with bytes outside printable ASCII is dropped.
  public init?(traceparent: some Collection<UInt8>, tracestate: (some Collection<UInt8>)?) {
    guard Self.isTraceparent(traceparent) else { return nil }
    self.traceparent = String(decoding: traceparent, as: UTF8.self)
    if let tracestate, !tracestate.isEmpty, tracestate.count <= 512, tracestate.allSatisfy({ (0x20...0x7E).contains($0) }) {
      self.tracestate = String(decoding: tracestate, as: UTF8.self)
    } else {
      self.tracestate = nil
    }
  }

  private static func isTraceparent(_ bytes: some Collection<UInt8>) -> Bool {
    let parts = bytes.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[0].count == 2, parts[1].count == 32, parts[2].count == 16, parts[3].count == 2 else { return false }
    guard parts[0..<4].allSatisfy({ $0.allSatisfy(isLowerHexadecimal) }) else { return false }
    let version = String(decoding: parts[0], as: UTF8.self)
    guard version != "ff", version != "00" || parts.count == 4 else { return false }
    return parts[1].contains { $0 != UInt8(ascii: "0") } && parts[2].contains { $0 != UInt8(ascii: "0") }
  }

  private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
