import CheckoutSession
import Pacing

/// Makes the demo's requests: mixed, and the same for the same seed.
struct DemoRequests {
  private var generator: SplitMix64
  private var made: [DemoRequest] = []
  private var valid: [DemoRequest] = []
  private let now: Timestamp

  /// A request is repeated soon: one that is repeated after its session has ended would get another, and runs with one seed would differ.
  private static let repetitionDistanceMax = 32

  /// - Parameter now: what expired requests lie before.
  init(seed: UInt64, now: Timestamp) {
    generator = SplitMix64(seed: seed)
    self.now = now
  }

  /// `count` requests: of a hundred about eighty valid, eight invalid, six repeated, two conflicting, four expired.
  mutating func make(_ count: Int) -> [DemoRequest] {
    made = []
    valid = []
    while made.count < count {
      let request = next()
      made.append(request)
      if request.kind == .valid { valid.append(request) }
    }
    return made
  }

  private mutating func next() -> DemoRequest {
    switch Int.random(in: 0..<100, using: &generator) {
    case 80..<88: return invalid()
    case 88..<94: if let earlier = recent { return repeated(earlier) }
    case 94..<96: if let earlier = recent { return conflicting(earlier) }
    case 96..<100: return expired()
    default: break
    }
    return fresh(.valid)
  }

  private var recent: DemoRequest? {
    mutating get { valid.suffix(Self.repetitionDistanceMax).randomElement(using: &generator) }
  }

  private mutating func repeated(_ earlier: DemoRequest) -> DemoRequest {
    var request = earlier
    request.kind = .repeated
    return request
  }

  private mutating func conflicting(_ earlier: DemoRequest) -> DemoRequest {
    var request = fresh(.conflicting)
    request.requestID = earlier.requestID
    request.key = earlier.key
    return request
  }

  private mutating func expired() -> DemoRequest {
    var request = fresh(.expired)
    request.expiresAt = now - .seconds(Int64.random(in: 1...600, using: &generator))
    return request
  }

  private mutating func invalid() -> DemoRequest {
    var request = fresh(.invalid)
    let transaction = request.merchantTransactionID ?? Self.uuid(&generator)
    let bodies = [
      #"{"payment":{"merchantTransactionId":"\#(transaction)","amount":12.5},"config":{"modes":["PAYMENT"]}}"#,
      #"{"payment":{"merchantTransactionId":"\#(transaction)","amount":1200,},"config":{"modes":["PAYMENT"]}}"#,
      #"{"payment":{"merchantTransactionId":"\#(transaction)","amount":1200},"config":{"modes":["PAYMENT","PAYMENT_METHOD_ENTRY"]}}"#,
      #"{"payment":{"merchantTransactionId":"\#(transaction)","amount":1200},"config":{"modes":["PAY_LATER"]}}"#,
      #"{"customer":{"firstName":"Ada"},"config":{"modes":["PAYMENT_METHOD_DISPLAY"]}}"#,
      "not JSON at all",
    ]
    request.body = bodies[Int.random(in: bodies.indices, using: &generator)]
    return request
  }

  private mutating func fresh(_ kind: DemoRequest.Kind) -> DemoRequest {
    let modes = SessionMode.allCases
    let mode = modes[Int.random(in: modes.indices, using: &generator)]
    let transaction = Self.uuid(&generator)
    let hasPayment = mode == .payment || mode == .paymentWithWallet || mode == .paymentMethodEntry
    var members: [String] = []
    if mode != .payment || Bool.random(using: &generator) {
      members.append(
        #""customer":{"firstName":"Ada","lastName":"Example","email":"ada@example.com","zip5":"54321","hsid":"\#(Self.uuid(&generator))"}"#)
    }
    if hasPayment {
      let amount = Int.random(in: 100...50_000, using: &generator)
      members.append(#""payment":{"merchantTransactionId":"\#(transaction)","amount":\#(amount),"authorizeCard":false}"#)
    }
    if mode == .paymentMethodDisplay { members.append(#""paymentMethod":{"id":"\#(Self.uuid(&generator))"}"#) }
    members.append(#""config":{"modes":["\#(mode.rawValue)"]}"#)
    return DemoRequest(
      kind: kind, key: "order-\(made.count + 1)", requestID: Self.uuid(&generator), merchantTransactionID: hasPayment ? transaction : nil,
      mode: mode, body: "{\(members.joined(separator: ","))}")
  }

  /// A version 4 UUID from the generator.
  static func uuid(_ generator: inout SplitMix64) -> String {
    let high = (UInt64.random(in: .min ... .max, using: &generator) & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000
    let low = (UInt64.random(in: .min ... .max, using: &generator) & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    let digits = Array(Self.padded(high) + Self.padded(low))
    let groups = [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
    return groups.map { String($0) }.joined(separator: "-")
  }

  private static func padded(_ number: UInt64) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
