import CheckoutSession
import Records

/// What the headers of a request record say (`contract/messages.md`, "Request headers"), and what is wrong with them.
struct RequestHeaders: Sendable {
  /// `ce_id`, else `request-id`.
  var requestID: String?
  /// `merchant-id`.
  var merchantID: String?
  /// `ce_expirytime`: nobody waits for the answer after it.
  var expiresAt: Timestamp?
  /// The topic to reply to, if the request names one.
  var replyTopic: String?
  /// The partition to reply to, if the request names one.
  var replyPartition: Int32?
  /// The headers that go back on the reply byte for byte, in packed form.
  var correlation: ArraySlice<UInt8>?
  /// To be continued in the call and in the reply.
  var trace: TraceContext?
  /// What a replay says of itself; nil for a request that is none.
  var replay: ReplayHeaders?
  /// How often ops has replayed the request; 0 for the first time.
  var replayCount: Int { replay?.count ?? 0 }
  /// Every fault found, in the order of the headers.
  var faults: [HeaderFault] = []

  /// No headers at all.
  static let none = RequestHeaders()

  /// The longest request id and merchant id that is accepted, in bytes: both become keys and are echoed.
  static let identifierBytesMax = 256

  /// Reads the headers that matter; all others are left alone.
  static func read(_ packed: PackedHeaders) -> RequestHeaders {
    guard !packed.isEmpty else { return .none }
    var found = RequestHeaders()
    var cloudEventsID: String?
    var plainID: String?
    var traceparent: ArraySlice<UInt8>?
    var tracestate: ArraySlice<UInt8>?
    var replay: ReplayHeaders.Draft?
    for header in packed {
      guard let known = Known(header.name) else { continue }
      if known == .correlation { found.addCorrelation(header, of: packed) }
      guard let value = header.value else { continue }
      switch known {
      case .cloudEventsID: cloudEventsID = found.identifier(HeaderName.cloudEventsID, value)
      case .requestID: plainID = found.identifier(HeaderName.requestID, value)
      case .merchantID: found.merchantID = found.identifier(HeaderName.merchantID, value)
      case .expiryTime: found.readExpiry(value)
      case .replyTopic: found.replyTopic = found.identifier(String(decoding: header.name, as: UTF8.self), value)
      case .replyPartition: found.readPartition(String(decoding: header.name, as: UTF8.self), value)
      case .traceparent: traceparent = value
      case .tracestate: tracestate = value
      case .replay(let name):
        var draft = replay ?? ReplayHeaders.Draft()
        if let fault = draft.read(name, value) { found.faults.append(fault) }
        replay = draft
      case .correlation: continue
      }
    }
    found.requestID = cloudEventsID ?? plainID
    found.replay = replay.map(ReplayHeaders.init)
    // A trace context in a wrong form is dropped, as the W3C recommendation says: it must never cost a request.
    if let traceparent { found.trace = TraceContext(traceparent: traceparent, tracestate: tracestate) }
    return found
  }

  /// A header in packed form begins with two lengths of 4 bytes each. One header, as is usual, is a part of the slab and is not copied.
  private mutating func addCorrelation(_ header: PackedHeaders.Element, of packed: PackedHeaders) {
    let bytes = packed.bytes[(header.name.startIndex - 8)..<(header.value ?? header.name).endIndex]
    correlation = correlation.map { ArraySlice(Array($0) + bytes) } ?? bytes
  }

  private mutating func identifier(_ name: String, _ value: ArraySlice<UInt8>) -> String? {
    guard !value.isEmpty, value.count <= Self.identifierBytesMax, let text = String(validating: value, as: UTF8.self) else {
      faults.append(HeaderFault(name, "must be 1 to \(Self.identifierBytesMax) bytes of UTF-8, got \(value.count) bytes"))
      return nil
    }
    return text
  }

  private mutating func readExpiry(_ value: ArraySlice<UInt8>) {
    guard let moment = Timestamp(rfc3339: value) else {
      faults.append(HeaderFault(HeaderName.expiryTime, "must be an RFC 3339 time, got \(value.count) bytes that are none"))
      return
    }
    expiresAt = moment
  }

  private mutating func readPartition(_ name: String, _ value: ArraySlice<UInt8>) {
    guard value.count == 4 else {
      faults.append(HeaderFault(name, "must be an int32 in 4 bytes, big endian, got \(value.count) bytes"))
      return
    }
    let number = Int32(bitPattern: value.reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    guard number >= 0 else {
      faults.append(HeaderFault(name, "must be a partition number from 0 on, got \(number)"))
      return
    }
    replyPartition = number
  }
}

extension RequestHeaders {
  /// The names that are read, told apart by length first: most headers of most pipelines are none of them.
  private enum Known: Equatable {
    case cloudEventsID, requestID, merchantID, expiryTime, replyTopic, replyPartition, traceparent, tracestate, correlation
    case replay(ReplayHeaders.Name)

    init?(_ name: ArraySlice<UInt8>) {
      switch name.count {
      case 5 where Self.matches(name, HeaderName.cloudEventsID): self = .cloudEventsID
      case 10 where Self.matches(name, HeaderName.requestID): self = .requestID
      case 10 where Self.matches(name, HeaderName.tracestate): self = .tracestate
      case 11 where Self.matches(name, HeaderName.merchantID): self = .merchantID
      case 11 where Self.matches(name, HeaderName.traceparent): self = .traceparent
      case 13 where Self.matches(name, HeaderName.expiryTime): self = .expiryTime
      case 18 where Self.matches(name, HeaderName.replayOf): self = .replay(.of)
      case 21 where Self.matches(name, HeaderName.replayCount): self = .replay(.count)
      case 24 where Self.matches(name, HeaderName.replayReplaces): self = .replay(.replaces)
      case 27 where Self.matches(name, HeaderName.replayNewSession): self = .replay(.newSession)
      case 8, 11, 14, 15, 16, 19, 20:
        if HeaderName.correlation.contains(where: { Self.matches(name, $0) }) {
          self = .correlation
        } else if HeaderName.replyTopic.contains(where: { Self.matches(name, $0) }) {
          self = .replyTopic
        } else if HeaderName.replyPartition.contains(where: { Self.matches(name, $0) }) {
          self = .replyPartition
        } else {
          return nil
        }
      default: return nil
      }
    }

    private static func matches(_ name: ArraySlice<UInt8>, _ known: String) -> Bool {
      name.count == known.utf8.count && name.elementsEqual(known.utf8)
    }
  }
}
