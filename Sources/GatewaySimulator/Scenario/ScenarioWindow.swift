/// The routes that an outage can strike.
public enum SimulatedRoute: String, Hashable, Sendable, CaseIterable {
  /// `POST …/sessions`
  case create
  /// `GET …/sessions/{id}`
  case status
  /// `POST /oauth2/token`
  case token
}

/// A span of scenario time: time since the start (or the last reset), running `timeScale` times faster than real time.
public struct ScenarioWindow: Hashable, Sendable {
  /// When it begins.
  public var from: Duration
  /// When it is over.
  public var to: Duration

  /// Makes a window.
  public init(from: Duration, to: Duration) {
    self.from = from
    self.to = to
  }

  /// Whether `elapsed` scenario nanoseconds lie in it.
  func contains(_ elapsed: Int64) -> Bool { elapsed >= from.wholeNanoseconds && elapsed < to.wholeNanoseconds }
}

/// A time in which the gateway is not there.
public struct Outage: Hashable, Sendable {
  /// How it is not there.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Nothing listens: open connections are reset, new ones refused. Strikes all routes.
    case refuse
    /// 503 on its routes.
    case unavailable = "503"
  }

  /// When.
  public var window: ScenarioWindow
  /// How.
  public var kind: Kind
  /// Where; all routes if it refuses.
  public var routes: Set<SimulatedRoute>

  /// Makes an outage.
  public init(window: ScenarioWindow, kind: Kind, routes: Set<SimulatedRoute> = Set(SimulatedRoute.allCases)) {
    self.window = window
    self.kind = kind
    self.routes = routes
  }
}

/// A time in which the gateway answers 429 whatever the quota says.
public struct RateLimitBurst: Hashable, Sendable {
  /// When.
  public var window: ScenarioWindow
  /// Which share of the requests, between 0 and 1.
  public var share: Double
  /// What the 429 says about when to come back.
  public var retryAfter: QuotaRule.RetryAfter

  /// Makes a burst.
  public init(window: ScenarioWindow, share: Double = 1, retryAfter: QuotaRule.RetryAfter = .none) {
    self.window = window
    self.share = share
    self.retryAfter = retryAfter
  }
}
