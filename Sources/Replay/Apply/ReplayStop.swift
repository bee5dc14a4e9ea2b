import CheckoutSession
import Stage

/// Why a run ends before everything of its plan is settled.
public enum ReplayStop: Error {
  /// Somebody asked it to.
  case asked
  /// Replies to the canary came and were not as predicted.
  case canaryFailed
  /// No reply came for `--reply-timeout` while what is left waits for some: because all that may be under way is, or for the canary. So many that are sent have none.
  /// Says nothing against the plan, which can be applied again.
  case noReplies(inFlight: Int)
  /// The ledger says that the run has ended, or could not be asked for so long that another run may have taken over.
  case leaseLost
  /// The broker did not acknowledge what was published. What of it has been written, the next run finds out.
  case notAcknowledged(PublishReport.Failure)
  /// A part failed.
  case failed(any Error)
}
