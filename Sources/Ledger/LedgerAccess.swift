/// What a process wants of the ledger.
public enum LedgerAccess: Hashable, Sendable {
  /// Work with it; creates it and brings its schema up to date.
  case readWrite
  /// Look at it while others work, as `checkout-worker status` does. Creates nothing, migrates nothing.
  case readOnly
}
