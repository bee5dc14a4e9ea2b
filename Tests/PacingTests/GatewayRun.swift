import HeapModule
import Pacing

/// A saturated worker against a gateway with a quota, in virtual time: how many requests the gateway took and how many it throttled.
struct GatewayRun {
  struct Event: Comparable {
    let at: Duration
    let sequence: Int
    let isAnswer: Bool
    let isAccepted: Bool
    static func < (one: Self, other: Self) -> Bool { (one.at, one.sequence) < (other.at, other.sequence) }
  }

  private(set) var pacer: Pacer<Int>
  private(set) var accepted = 0
  private(set) var throttled = 0
  private var random: SplitMix64
  private var gateway: TokenBucket
  private let retryAfter: Duration?
  private let backoff = BackoffPolicy.standard
  private var events = Heap<Event>()
  private var sequence = 0
  private var now = Duration.zero

  init(worker: Quota, gateway: Quota, retryAfter: Duration?, seed: UInt64) {
    pacer = Pacer(configuration: PacerConfiguration(quota: worker, concurrentRequestsMax: 64), now: .zero)
    random = SplitMix64(seed: seed)
    self.gateway = TokenBucket(gateway)
    self.retryAfter = retryAfter
  }

  /// Goes on until `end`; the counts start anew.
  mutating func run(until end: Duration) {
    accepted = 0
    throttled = 0
    var wake: Duration? = now
    while let next = [events.min?.at, wake].compactMap({ $0 }).min(), next < end {
      // Timers fire up to 2 ms late.
      now = max(now, next + (next == wake ? .microseconds(Int64.random(in: 0...2000, using: &random)) : .zero))
      while let event = events.min, event.at <= now {
        events.removeMin()
        event.isAnswer ? answered(event) : arrived(event)
      }
      while pacer.waiting < 500 { pacer.submit(0, merchant: 0) }
      var ready: [Int] = []
      wake = pacer.release(now: now, into: &ready)
      for _ in ready { add(after: 1000...15_000, isAnswer: false) }
    }
  }

  /// The gateway's limit changes.
  mutating func setGatewayRate(_ requestsPerSecond: Double) { gateway.setRate(requestsPerSecond, now: now) }

  private mutating func arrived(_ event: Event) {
    let isAccepted = gateway.take(now: event.at)
    if isAccepted { accepted += 1 } else { throttled += 1 }
    add(after: isAccepted ? 10_000...60_000 : 500...3000, isAnswer: true, isAccepted: isAccepted)
  }

  private mutating func answered(_ event: Event) {
    guard !event.isAccepted else { return pacer.finished(merchant: 0, .ok, now: now) }
    pacer.finished(merchant: 0, .throttled(retryAfter: retryAfter), now: now)
    pacer.retry(1, merchant: 0, notBefore: now + backoff.delay(attempt: 1, retryAfter: retryAfter, using: &random))
  }

  private mutating func add(after microseconds: ClosedRange<Int64>, isAnswer: Bool, isAccepted: Bool = false) {
    sequence += 1
    let at = now + .microseconds(Int64.random(in: microseconds, using: &random))
    events.insert(Event(at: at, sequence: sequence, isAnswer: isAnswer, isAccepted: isAccepted))
  }
}
