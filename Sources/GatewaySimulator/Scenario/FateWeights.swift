/// How a session ends if nothing cuts it short.
public enum SessionFate: String, Hashable, Sendable, CaseIterable {
  /// The shopper did it.
  case completed
  /// The payment or the method was refused.
  case failed
  /// The session was canceled: GET answers 410.
  case canceled
  /// Nobody did anything: it runs out and GET answers 401 SESSION_TIMEOUT.
  case abandoned
}

/// How often each fate happens, relative to the others. Not all are 0.
public struct FateWeights: Hashable, Sendable {
  /// Weight of ``SessionFate/completed``.
  public var completed: Double
  /// Weight of ``SessionFate/failed``.
  public var failed: Double
  /// Weight of ``SessionFate/canceled``.
  public var canceled: Double
  /// Weight of ``SessionFate/abandoned``.
  public var abandoned: Double

  /// Makes weights; what is not named never happens.
  public init(completed: Double = 0, failed: Double = 0, canceled: Double = 0, abandoned: Double = 0) {
    self.completed = completed
    self.failed = failed
    self.canceled = canceled
    self.abandoned = abandoned
  }

  /// The weight of one fate.
  subscript(fate: SessionFate) -> Double {
    switch fate {
    case .completed: completed
    case .failed: failed
    case .canceled: canceled
    case .abandoned: abandoned
    }
  }

  /// The fate of one session.
  func draw(using random: inout KeyedRandom) -> SessionFate {
    var rest = random.unit() * (completed + failed + canceled + abandoned)
    for fate in SessionFate.allCases {
      rest -= self[fate]
      if rest < 0 { return fate }
    }
    return .abandoned
  }
}
