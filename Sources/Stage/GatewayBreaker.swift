import Pacing

/// Tells an outage, in which nobody gets a usable answer, from failures by chance or of single requests, and says when to look whether it is over. Pure.
///
/// By chance or by its own fault: a request tries again after a wait of its own. In an outage that would be a storm of attempts, each perhaps a session that nobody
/// will ever see, and afterwards a long wait for whoever happens to have backed off far. So everybody is held together: one call at a time asks whether the gateway is
/// back, each time for another request, because a request that is at fault itself would answer for the gateway for ever.
///
/// It is closed by a probe only, not by a late answer to a call that left before it opened. The exception is an unreachable gateway: there any answer is news.
public struct GatewayBreaker: Sendable {
  /// When it opens.
  public struct Thresholds: Hashable, Sendable {
    /// Connections in a row that fail, from all requests together.
    public var connectionsMax = 3
    /// Calls in a row without a usable answer, whatever became of them; nil: only connections count, and every answer is as good as another.
    public var unusableMax: Int? = 10
    /// How many different requests must be among those at least: fewer may be at fault themselves.
    public var differentMin = 3
    /// How long there must have been no usable answer.
    public var quietMin: Duration = .seconds(1)
    /// How long there must have been nothing but 429: the pacer slows down for those first.
    public var throttledMin: Duration = .seconds(5)

    /// For calls that may not be made lightly.
    public static let standard = Thresholds()
    /// For calls that cost nothing and have a schedule of their own.
    public static let connectionsOnly = Thresholds(unusableMax: nil)
  }

  /// An outage.
  public struct Opening: Hashable, Sendable {
    /// What the gateway does at present.
    public fileprivate(set) var reason: HoldingReason
    /// Since when.
    public let since: Duration
    /// Probes that brought nothing.
    public fileprivate(set) var probes = 0
    /// When the next probe may go.
    public fileprivate(set) var probeAt: Duration
  }

  /// What a call has changed.
  public enum Change: Hashable, Sendable {
    case nothing
    case opened
    /// It was open like this.
    case closed(Opening)
  }

  /// The outage; nil while the gateway works.
  public private(set) var opening: Opening?
  /// Usable answers so far: whoever remembers the number can tell whether there was one since.
  public private(set) var usableCount = 0
  /// The latest moment at which a call left that got a usable answer.
  public private(set) var usableSentAt: Duration?
  /// Connections in a row that failed; 0 while the gateway can be reached.
  public private(set) var unconnectedStreak = 0
  /// The first failure since the last usable answer; nil if that was the last word.
  public private(set) var failingSince: Duration?

  private let thresholds: Thresholds
  private let patience: BackoffPolicy
  private var usableAt: Duration?
  private var unusableStreak = 0
  private var onlyThrottledSince: Duration?
  /// Different requests of the present streak, as far as they matter.
  private var different: [UInt64] = []

  /// A closed one.
  /// - Parameter patience: the waits between probes.
  public init(_ thresholds: Thresholds = .standard, patience: BackoffPolicy) {
    self.thresholds = thresholds
    self.patience = patience
  }

  /// Whether nobody gets through.
  public var isOpen: Bool { opening != nil }

  /// Whether somebody got a usable answer to a call that left at `moment` or later, and none of what has come since makes an outage.
  public func hasWorked(since moment: Duration) -> Bool {
    guard let usableSentAt, !isOpen else { return false }
    return usableSentAt >= moment
  }

  /// Notes that somebody asks for the first time since everybody had an answer: who failed before that waits for nothing any more.
  public mutating func beginAnew() {
    guard !isOpen, failingSince != nil else { return }
    failingSince = nil
    forgetStreak()
  }

  /// Notes what a call came to.
  /// - Parameters:
  ///   - request: a number that stands for the request, to tell it from others.
  ///   - sentAt: when the call left.
  ///   - isProbe: whether it was the one call that was made because a wait was over.
  public mutating func note(
    _ word: GatewayWord, of request: UInt64, sentAt: Duration, isProbe: Bool, now: Duration,
    using generator: inout some RandomNumberGenerator
  ) -> Change {
    switch word {
    case .usable:
      noteUsable(sentAt: sentAt, now: now)
    case .none, .refused:
      failingSince = failingSince ?? now
      if word == .refused { unconnectedStreak = 0 }
    case .unconnected, .throttled, .unusable:
      noteFailure(word, of: request, now: now)
    }
    guard let opening else { return open(now: now, using: &generator) ? .opened : .nothing }
    guard !isNewsOfEnd(word, isProbe: isProbe, opening) else {
      self.opening = nil
      forgetStreak()
      return .closed(opening)
    }
    if isProbe || opening.reason == .gatewayUnreachable, let reason = Self.reason(for: word) { self.opening?.reason = reason }
    guard isProbe else { return .nothing }
    self.opening?.probes += 1
    self.opening?.probeAt = now + patience.delay(attempt: opening.probes + 2, using: &generator)
    return .nothing
  }

  private mutating func noteUsable(sentAt: Duration, now: Duration) {
    usableCount += 1
    usableSentAt = max(usableSentAt ?? sentAt, sentAt)
    usableAt = now
    guard failingSince != nil else { return }
    failingSince = nil
    forgetStreak()
  }

  private mutating func forgetStreak() {
    unconnectedStreak = 0
    unusableStreak = 0
    onlyThrottledSince = nil
    different.removeAll(keepingCapacity: true)
  }

  private mutating func noteFailure(_ word: GatewayWord, of request: UInt64, now: Duration) {
    onlyThrottledSince = word != .throttled ? nil : unusableStreak == 0 ? now : onlyThrottledSince
    failingSince = failingSince ?? now
    unusableStreak += 1
    unconnectedStreak = word == .unconnected ? unconnectedStreak + 1 : 0
    if different.count < thresholds.differentMin, !different.contains(request) { different.append(request) }
  }

  private mutating func open(now: Duration, using generator: inout some RandomNumberGenerator) -> Bool {
    guard let reason = reasonToOpen(now: now) else { return false }
    opening = Opening(reason: reason, since: now, probeAt: now + patience.delay(attempt: 1, using: &generator))
    return true
  }

  private func reasonToOpen(now: Duration) -> HoldingReason? {
    if unconnectedStreak >= thresholds.connectionsMax { return .gatewayUnreachable }
    guard let unusableMax = thresholds.unusableMax, unusableStreak >= unusableMax, different.count >= thresholds.differentMin else {
      return nil
    }
    if let onlyThrottledSince { return now - onlyThrottledSince >= thresholds.throttledMin ? .gatewayThrottling : nil }
    return usableAt.map { now - $0 >= thresholds.quietMin } ?? true ? .gatewayFailing : nil
  }

  private func isNewsOfEnd(_ word: GatewayWord, isProbe: Bool, _ opening: Opening) -> Bool {
    switch word {
    case .usable: isProbe || opening.reason == .gatewayUnreachable
    case .refused: opening.reason == .gatewayUnreachable
    case .throttled, .unusable: thresholds.unusableMax == nil
    case .unconnected, .none: false
    }
  }

  private static func reason(for word: GatewayWord) -> HoldingReason? {
    switch word {
    case .unconnected: .gatewayUnreachable
    case .throttled: .gatewayThrottling
    case .unusable: .gatewayFailing
    case .usable, .refused, .none: nil
    }
  }
}
