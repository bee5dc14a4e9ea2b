/// A process that sends to the gateway, as the ledger knows it: who sends how much of the gateway's quota, and until when it may.
///
/// The ledger's transactions order the processes, so that the fractions granted at any moment never add up to more than 1.
public struct QuotaMember: Hashable, Sendable {
  /// What a process sends.
  public enum Lane: String, Hashable, Sendable, CaseIterable {
    /// `POST /sessions`: goes first.
    case creation = "CREATION"
    /// `GET /sessions/{id}`.
    case reconciliation = "RECONCILIATION"
  }

  /// Names the process; random.
  public var id: Int64
  /// What it sends.
  public var lane: Lane
  /// What part of its lane's quota is its own before it borrows, in relation to the others' in its lane: for creation the request topic's partitions that are
  /// assigned to it, of all partitions, 0 to 1; 1 for who shares evenly.
  public var weight: Double
  /// The fraction of the quota that it could use, 0 to 1.
  public var demand: Double
  /// The fraction of the quota that it may use until ``grantedUntil``, 0 to 1.
  public var granted: Double
  /// When its grant ends, and with it its membership.
  public var grantedUntil: Timestamp
  /// Until when the gateway asked it to wait (`Retry-After`); nil if it did not.
  public var pausedUntil: Timestamp?

  /// Makes a member.
  public init(
    id: Int64, lane: Lane, weight: Double = 1, demand: Double, granted: Double, grantedUntil: Timestamp, pausedUntil: Timestamp? = nil
  ) {
    self.id = id
    self.lane = lane
    self.weight = weight
    self.demand = demand
    self.granted = granted
    self.grantedUntil = grantedUntil
    self.pausedUntil = pausedUntil
  }
}
