import CheckoutSession

/// What a ``SQLiteLedger`` needs to be told.
public struct SQLiteLedgerConfiguration: Hashable, Sendable {
  /// Where the ledger lies. Not reloadable.
  public var location: LedgerLocation
  /// Read and write, or read only. Default: read and write.
  public var access: LedgerAccess
  /// How long a transaction waits for another process's lock before it fails as ``LedgerFailure/Code/busy``. Default 5 s, at least 1 ms.
  public var busyTimeout: Duration
  /// How many calls may wait for the writer; one more fails at once as ``LedgerFailure/Code/busy``. Default 64: several times
  /// `creation.batchesInFlight`, each of which has at most one call under way.
  public var queuedCallsMax: Int
  /// The most bytes that the file may grow to, so that a ledger fails as ``LedgerFailure/Code/full`` before it fills a disk that others
  /// need too; its write-ahead log comes on top. Rounded up to whole pages. Default: none.
  public var fileBytesMax: Int64?

  /// Makes a configuration; all but the location have defaults.
  public init(
    location: LedgerLocation, access: LedgerAccess = .readWrite, busyTimeout: Duration = .seconds(5), queuedCallsMax: Int = 64,
    fileBytesMax: Int64? = nil
  ) {
    self.location = location
    self.access = access
    self.busyTimeout = max(busyTimeout, .milliseconds(1))
    self.queuedCallsMax = max(queuedCallsMax, 1)
    self.fileBytesMax = fileBytesMax
  }
}
