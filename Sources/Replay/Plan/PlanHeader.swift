import CheckoutSession

/// The first line of a plan file: of what topics it was made, by whom, and how.
public struct PlanHeader: Hashable, Sendable {
  /// The form of the file; the value of the member `plan`.
  public static let format = "checkout-replay/1"

  /// When it was made (`createdAt`).
  public var createdAt: Timestamp
  /// Who made it, `user@host` (`createdBy`).
  public var createdBy: String
  /// The dead-letter topic (`deadLetters`).
  public var deadLettersTopic: String
  /// The request topic (`requests`).
  public var requestsTopic: String
  /// The filters, as on the command line (`filters`).
  public var filters: String
  /// How many lines follow (`records`); lines may have been taken out since.
  public var recordsCount: Int

  /// Makes a header.
  public init(
    createdAt: Timestamp, createdBy: String, deadLettersTopic: String, requestsTopic: String, filters: String, recordsCount: Int
  ) {
    self.createdAt = createdAt
    self.createdBy = createdBy
    self.deadLettersTopic = deadLettersTopic
    self.requestsTopic = requestsTopic
    self.filters = filters
    self.recordsCount = recordsCount
  }
}
