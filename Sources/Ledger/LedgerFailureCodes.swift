import CheckoutSession

extension LedgerFailure.Code {
  /// The caller's task was cancelled before the ledger was asked, or while it was only reading. Nothing was written.
  public static let cancelled = Self(rawValue: "LEDGER_CANCELLED")
  /// A decision names a claim that the ledger does not hold: the file was replaced, or pruned under a worker that was away for the whole
  /// retention. Starting again claims the records anew.
  public static let unknownClaim = Self(rawValue: "LEDGER_UNKNOWN_CLAIM")
  /// There is a file or a database, but no ledger in it yet: no worker has used it. Only for who opens it to read.
  public static let notSetUp = Self(rawValue: "LEDGER_NOT_SET_UP")
  /// The ledger answered with something that this program does not expect: a defect, not a state of the machine.
  public static let unexpected = Self(rawValue: "LEDGER_UNEXPECTED")
  /// A run of `replay apply` that is not known, has ended, or has been taken over by another one tries to claim: it must send nothing any more.
  public static let replayRunEnded = Self(rawValue: "LEDGER_REPLAY_RUN_ENDED")
}
