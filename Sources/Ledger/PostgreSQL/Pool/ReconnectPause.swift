import CheckoutSession

/// How often connecting is tried while the server is away (pure).
///
/// After a failure one attempt at a time is made, with growing pauses between; a call that needs a connection in the meantime fails at once with the reason
/// of the last attempt. A server that is away is asked often, since that costs nothing and so calls work again soon after it is back; one that lets
/// us wait is asked seldom, since every attempt takes a connection's thread.
struct ReconnectPause {
  /// The longest pause after an attempt that failed quickly.
  static let quickPauseMax: Duration = .milliseconds(500)
  /// The longest pause after another.
  static let slowPauseMax: Duration = .seconds(5)
  /// What is quick.
  static let quickAttempt: Duration = .seconds(1)
  private static let firstPause: Duration = .milliseconds(20)

  private var failuresCount = 0
  private var notBefore: Duration = .zero
  private var isTrying = false
  private(set) var lastFailure: LedgerFailure?

  /// Whether to connect now; if not, why the last attempt failed.
  mutating func begin(now: Duration) -> LedgerFailure? {
    guard let lastFailure else { return nil }
    if isTrying || now < notBefore { return lastFailure }
    isTrying = true
    return nil
  }

  /// An attempt succeeded; true if others had failed before it.
  mutating func succeeded() -> Bool {
    defer { self = ReconnectPause() }
    return lastFailure != nil
  }

  /// An attempt failed; true if it is the first that did.
  mutating func failed(_ failure: LedgerFailure, startedAt: Duration, now: Duration) -> Bool {
    let isFirst = lastFailure == nil
    let isQuick = failure.isTransient && now - startedAt < Self.quickAttempt
    let pauseMax = isQuick ? Self.quickPauseMax : Self.slowPauseMax
    notBefore = now + min(Self.firstPause * (1 << min(failuresCount, 10)), pauseMax)
    failuresCount += 1
    lastFailure = failure
    isTrying = false
    return isFirst
  }
}
