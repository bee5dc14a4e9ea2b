/// What the end of one request says about the gateway's willingness to take more.
public enum PacerFeedback: Sendable, Equatable {
  /// The gateway took the request and answered it. A 400 is such an answer too.
  case ok
  /// No usable answer: 5xx, time-out, reset, or never sent.
  case failed
  /// 429. Everybody waits for `retryAfter` (counted from now), and the rate goes down.
  case throttled(retryAfter: Duration?)
}
