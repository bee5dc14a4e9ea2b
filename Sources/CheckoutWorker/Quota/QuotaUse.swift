/// What a process says of itself when it asks for a part of the gateway's quota.
struct QuotaUse: Sendable, Equatable {
  /// The fraction of the whole quota that it could use, 0 to 1.
  var demand: Double
  /// The end of the last pause it was told to make, by the gateway or through ``QuotaKeeper``, in the time of its stage; nil if there was none.
  var pausedUntil: Duration?
}
