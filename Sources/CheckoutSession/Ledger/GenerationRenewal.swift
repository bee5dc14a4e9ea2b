/// A generation that is to be followed by another, because its session is dead or about to die.
public struct GenerationRenewal: Hashable, Sendable {
  /// The generation that ends.
  public var key: ClaimKey
  /// Whether its URL may have been published. If it surely was not, nobody can open its session, and nobody needs to hear how that ends.
  public var mayBePublished: Bool

  /// Makes a renewal.
  public init(key: ClaimKey, mayBePublished: Bool) {
    self.key = key
    self.mayBePublished = mayBePublished
  }
}
