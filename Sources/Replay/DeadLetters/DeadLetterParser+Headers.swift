import CheckoutSession
import Records

extension DeadLetterParser {
  /// What the headers of a dead letter say, each nil if it is absent or cannot be read. Of several headers of one name the last counts, as everywhere
  /// in Kafka: a request that was replayed by other tools may still bear those of its first failure.
  struct Headers {
    private var originTopic: String?
    private var originPartition: Int32?
    private var originOffset: Int64?
    private var exceptionMessage: String?
    private var exceptionClass: String?
    /// Whether another program has written to the letter, before this worker or after it, readable or not.
    private var isOfOtherProgram = false
    var errorCode: String?
    var errorClass: DeadLetterClass?
    var httpStatus: Int?
    var attempts: Int?
    var lastFailedAt: Timestamp?
    var replayCount = 0
    var requestID: String?
    var merchantID: String?
    var mode: SessionMode?
    var payload: DeadLetter.Payload?
    var cloudEventsID: String?
    var plainRequestID: String?
    var plainMerchantID: String?

    init(_ packed: PackedHeaders) {
      for header in packed {
        guard let known = DeadLetterHeader(header.name) else { continue }
        if known.isOfOtherPrograms { isOfOtherProgram = true }
        if let value = header.value { read(known, value) }
      }
    }

    private mutating func read(_ header: DeadLetterHeader, _ value: ArraySlice<UInt8>) {
      switch header {
      case .originTopic: originTopic = Self.name(value)
      case .originPartition: originPartition = HeaderNumber.read(value).flatMap(Int32.init(exactly:))
      case .originOffset: originOffset = HeaderNumber.read(value)
      case .exceptionMessage: exceptionMessage = String(decoding: value.prefix(messageBytesMax), as: UTF8.self)
      case .exceptionClass, .smallRyeExceptionClass: exceptionClass = Self.className(value)
      case .exceptionCauseClass: exceptionClass = exceptionClass ?? Self.className(value)
      case .errorCode: errorCode = Self.code(value)
      case .errorClass: errorClass = Self.name(value).flatMap(DeadLetterClass.init(rawValue:))
      case .httpStatus: httpStatus = HeaderNumber.read(value).flatMap { 100...599 ~= $0 ? Int($0) : nil }
      case .attempts: attempts = HeaderNumber.read(value).flatMap { 0...1_000_000 ~= $0 ? Int($0) : nil }
      case .lastFailedAt: lastFailedAt = Timestamp(rfc3339: value)
      case .replayCount: replayCount = HeaderNumber.read(value).flatMap { $0 <= 1_000_000 ? Int($0) : nil } ?? 0
      case .requestID: requestID = Self.name(value)
      case .merchantID: merchantID = Self.name(value)
      case .mode: mode = Self.name(value).flatMap(SessionMode.init(rawValue:))
      case .payload: payload = Self.name(value).flatMap(DeadLetter.Payload.init(rawValue:))
      case .cloudEventsID: cloudEventsID = Self.name(value)
      case .plainRequestID: plainRequestID = Self.name(value)
      case .plainMerchantID: plainMerchantID = Self.name(value)
      }
    }

    /// Where the failed request stands, if all three headers say so.
    var origin: RecordCoordinate? {
      guard let originTopic, let originPartition, let originOffset else { return nil }
      return RecordCoordinate(topic: originTopic, partition: originPartition, offset: originOffset)
    }

    /// What went wrong, in words. Only this worker's own messages are known to be free of customer data. The one of a letter that another program has had a
    /// hand in may be that program's, whatever code stands beside it: the name of its exception is all that can be shown.
    var message: String {
      if errorCode != nil, !isOfOtherProgram { return exceptionMessage ?? "" }
      return exceptionClass.map { "written by another program: \($0)" } ?? "written by another program, which does not say what went wrong"
    }

    private static func name(_ value: ArraySlice<UInt8>) -> String? {
      guard !value.isEmpty, value.count <= nameBytesMax else { return nil }
      return String(validating: value, as: UTF8.self)
    }

    /// The name of an exception's class; nil for text that is none, which may be anything.
    private static func className(_ value: ArraySlice<UInt8>) -> String? {
      let isName = value.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "$"): true
        default: false
        }
      }
      return isName ? name(value) : nil
    }

    private static func code(_ value: ArraySlice<UInt8>) -> String? {
      guard !value.isEmpty, value.count <= codeBytesMax, value.allSatisfy({ 0x21...0x7E ~= $0 }) else { return nil }
      return String(decoding: value, as: UTF8.self)
    }
  }
}
