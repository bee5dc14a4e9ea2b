/// What a vacuum of the ledger did.
public struct LedgerVacuum: Hashable, Sendable {
  /// Bytes of the file and its write-ahead log before it.
  public var bytesBefore: Int64
  /// Bytes of the same after it.
  public var bytesAfter: Int64

  /// Makes a result.
  public init(bytesBefore: Int64, bytesAfter: Int64) {
    self.bytesBefore = bytesBefore
    self.bytesAfter = bytesAfter
  }
}
