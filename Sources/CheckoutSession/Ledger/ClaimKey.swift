/// The ledger's name of one generation of one identity: what results and publications are recorded under.
public struct ClaimKey: Hashable, Sendable {
  /// The ledger's row.
  public var row: Int64
  /// The n-th session of the identity, from 1.
  public var generation: Int

  /// Makes a key.
  public init(row: Int64, generation: Int) {
    self.row = row
    self.generation = generation
  }
}
