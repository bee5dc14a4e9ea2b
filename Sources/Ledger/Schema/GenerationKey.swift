import CheckoutSession

/// How one integer names one generation of one identity: the key of `pending` and `decision`.
///
/// The request's row stands above the generation, so both tables grow at their end, the generations of a request lie side by side,
/// and an insert under the key is the compare-and-set that lets one worker decide.
enum GenerationKey {
  private static let generationBits: Int64 = 16

  /// The most generations an identity can have. At one new session every ten minutes that is over a year, far beyond any retention.
  static let generationsMax = (1 << generationBits) - 1

  /// SQL for the key of the generation that stands in a row of `request` named `r`.
  static let ofRequestSQL = "((r.id << \(generationBits)) | r.generation)"

  /// SQL for the row of `request` that a key belongs to.
  static func rowSQL(_ key: String) -> String { "(\(key) >> \(generationBits))" }

  /// SQL for the generation of a key.
  static func generationSQL(_ key: String) -> String { "(\(key) & \(generationsMax))" }

  /// SQL for every key that the generations of a row of `request` named `r` can have, for `BETWEEN`.
  static let ofAnyGenerationSQL = "(r.id << \(generationBits)) AND ((r.id << \(generationBits)) | \(generationsMax))"

  /// The key of a claim.
  static func key(_ claim: ClaimKey) -> Int64 { claim.row << generationBits | Int64(claim.generation) }

  /// The claim of a key.
  static func claim(_ key: Int64) -> ClaimKey {
    ClaimKey(row: key >> generationBits, generation: Int(key & Int64(generationsMax)))
  }

  /// Every key that a request's generations can have.
  static func keys(ofRow row: Int64) -> ClosedRange<Int64> {
    row << generationBits...(row << generationBits | Int64(generationsMax))
  }
}
