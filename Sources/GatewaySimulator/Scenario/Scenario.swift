/// What the gateway does: how fast it is, what it refuses, what goes wrong and how sessions end.
///
/// Made in code or read from YAML (``init(yaml:name:)``); `config/scenarios/README.md` documents every key.
public struct Scenario: Hashable, Sendable {
  /// A name for logs and statistics.
  public var name = "default"
  /// How long a POST takes, in real time. The session exists from the moment at which the request was read.
  public var createLatency = DurationDistribution.zero
  /// How long a GET takes, in real time.
  public var statusLatency = DurationDistribution.zero
  /// How many calls are taken; nil: all.
  public var quota: QuotaRule?
  /// What goes wrong on POST.
  public var createFaults = FaultRates()
  /// What goes wrong on GET.
  public var statusFaults = FaultRates()
  /// How long a ``FaultKind/slowDrip`` takes, in real time.
  public var slowDripFor: Duration = .seconds(5)
  /// How long a ``FaultKind/hang`` keeps the connection open before it is closed; nil: until the client closes it. In real time.
  public var hangFor: Duration?
  /// How far the `Date` of its answers is ahead of its clock; negative: behind. In real time.
  public var dateSkew: Duration = .zero
  /// When the gateway is not there.
  public var outages: [Outage] = []
  /// When it answers 429 whatever the quota says.
  public var rateLimitBursts: [RateLimitBurst] = []
  /// Who gets a token, and for how long.
  public var tokens = TokenRules()
  /// How sessions live and end.
  public var sessions = SessionRules()

  /// A gateway without a fault, answering at once.
  public init() {}
}
