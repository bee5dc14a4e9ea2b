/// How often each kind of fault happens on one route.
public struct FaultRates: Hashable, Sendable {
  /// One kind and the share of requests it strikes, between 0 and 1.
  public struct Rate: Hashable, Sendable {
    /// The fault.
    public var kind: FaultKind
    /// The share of requests.
    public var share: Double
  }

  /// In the order of ``FaultKind``, whatever the order of the file, so that a draw means the same in every run.
  public private(set) var rates: [Rate]

  /// Makes rates from the share of each kind; the shares together are at most 1.
  public init(_ shares: [FaultKind: Double] = [:]) {
    rates = FaultKind.allCases.compactMap { kind in
      shares[kind].flatMap { $0 > 0 ? Rate(kind: kind, share: $0) : nil }
    }
  }

  /// The fault for one request; nil for most.
  func draw(using random: inout KeyedRandom) -> FaultKind? {
    guard !rates.isEmpty else { return nil }
    var rest = random.unit()
    for rate in rates {
      rest -= rate.share
      if rest < 0 { return rate.kind }
    }
    return nil
  }
}
