import CheckoutSession

extension Settlement {
  /// A request that the gateway rejected (`isPermanent`) or that was given up after its attempts.
  ///
  /// The gateway's words go to the reply, the dead letter and the ledger, so whatever they repeat of the customer's data is masked first.
  static func failed(_ request: PendingRequest, _ failure: GatewayFailure, isPermanent: Bool, at: Timestamp) -> Settlement {
    let failure = failure.scrubbed(ofCustomerIn: request.incoming.body)
    let error = ReplyError(
      code: failure.code.rawValue, title: failure.title, detail: failure.detail, field: nil, retryable: !isPermanent)
    let decision = DecidedReply(
      outcome: isPermanent ? .rejected : .failed, session: nil, error: error, attempts: request.attempts.sent, decidedAt: at)
    return Settlement(request: request, decision: decision, recording: .wanted, mayBePublished: false, holdsIdentity: true)
  }
}
