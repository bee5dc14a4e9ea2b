import CheckoutSession
import Reconciliation
import Stage

extension ReconciliationStatistics {
  /// How a batch run ends: what needs a person to mend it first, then what time may mend, then what is only to be looked at.
  /// - Parameter wasAskedToEnd: whether a signal ended it before it was done.
  func exitStatus(wasAskedToEnd: Bool) -> ExitStatus {
    let isRefusedByBroker = couldNotPublish?.code.contains("AUTHORIZATION") ?? false
    if !refused.isEmpty || !unknownMerchants.isEmpty || isRefusedByBroker { return .refused }
    if couldNotPublish != nil || couldNotWrite != nil || isGatewayUnreachable || wasAskedToEnd { return .tryAgainLater }
    if unresolved > 0 { return .deadLettered }
    return hasNoAnswers ? .tryAgainLater : .done
  }

  /// Whether nothing that the gateway said could be used.
  var hasNoAnswers: Bool { polls > 0 && answers[.unanswered] == polls }
}
