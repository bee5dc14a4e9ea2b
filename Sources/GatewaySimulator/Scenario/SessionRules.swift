import CheckoutSession

/// How sessions live. All times here are session time: they pass `timeScale` times faster than real time.
public struct SessionRules: Hashable, Sendable {
  /// How the sessions of one mode end.
  public struct Ending: Hashable, Sendable {
    /// How often each fate happens, relative to the others.
    public var weights: FateWeights
    /// From usable (CREATED) to the end that is not running out. What would take longer than the session lives runs out instead.
    public var timeToEnd: DurationDistribution

    /// Makes an ending.
    public init(weights: FateWeights, timeToEnd: DurationDistribution) {
      self.weights = weights
      self.timeToEnd = timeToEnd
    }
  }

  /// How long a session lives from its creation.
  public var lifetime: Duration = CreatedSession.lifetime
  /// From creation (ACCEPTED) to usable (CREATED).
  public var acceptedFor = DurationDistribution.fixed(.seconds(2))
  /// From creation to the moment at which a GET finds the session; before, it is answered 404.
  public var visibilityDelay = DurationDistribution.zero
  /// The share of completed PAYMENT_WITH_WALLET, PAYMENT and PAYMENT_METHOD_ENTRY sessions that are reported in the flat shape.
  public var flatCompletedShare = 0.25
  /// How sessions of a mode not in ``endings`` end.
  public var ending = Ending(
    weights: FateWeights(completed: 1), timeToEnd: .lognormal(median: .seconds(120), p99: .seconds(600), max: .seconds(3600)))
  /// How sessions of some modes end. PAYMENT_METHOD_DISPLAY sessions complete nothing: without an entry here they all run out.
  public var endings: [SessionMode: Ending] = [:]

  /// Every session completes after some minutes, but for those of PAYMENT_METHOD_DISPLAY, which run out.
  public init() {}

  /// How sessions of `mode` end.
  func ending(of mode: SessionMode) -> Ending {
    if let own = endings[mode] { return own }
    return mode == .paymentMethodDisplay ? Ending(weights: FateWeights(abandoned: 1), timeToEnd: .zero) : ending
  }
}
