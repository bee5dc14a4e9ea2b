import CheckoutSession
import Pacing

/// What is asked for in a run, and what must come of it. Made from the seed alone.
struct RequestBook: Sendable {
  /// What must come of a request.
  enum Expectation: Hashable, Sendable { case created, rejected }

  /// Every request by its id.
  private(set) var expectations: [String: Expectation] = [:]
  private var lines: [String] = []
  private var random: SplitMix64
  private let prefix: String
  private let reach: Int

  /// - Parameter requestsPerSecond: repeated are requests of the last five seconds.
  init(seed: UInt64, requestsPerSecond: Int) {
    random = SplitMix64(seed: seed &+ 77)
    prefix = "chaos-\(seed)"
    reach = requestsPerSecond * 5
  }

  /// The next lines for `checkout-worker publish`: most of them new requests of all modes, some that were made before, a few that break a rule.
  mutating func next(_ count: Int) -> [String] { (0..<count).map { _ in next() } }

  private mutating func next() -> String {
    let kind = Int.random(in: 0..<100, using: &random)
    if kind < 4, !lines.isEmpty {
      return lines[Int.random(in: max(0, lines.count - reach)..<lines.count, using: &random)]
    }
    let id = TestRequest.paymentID(prefix, expectations.count)
    let modes = SessionMode.allCases
    let request = TestRequest.session(id, modes[expectations.count % modes.count])
    var body = String(decoding: request.value ?? [], as: UTF8.self)
    expectations[id] = .created
    if kind == 4 {
      body = #"{"payment":{"merchantTransactionId":"\#(id)","amount":0},"config":{"modes":["PAYMENT"]}}"#
      expectations[id] = .rejected
    }
    let line = #"{"key":"\#(id)","headers":{"ce_id":"\#(id)"},"value":\#(body)}"#
    lines.append(line)
    return line
  }
}
