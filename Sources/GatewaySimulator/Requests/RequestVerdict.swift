import CheckoutSession

/// What the simulator thinks of a request body.
enum RequestVerdict {
  /// What a session needs to know of the request it was made for.
  struct Accepted: Equatable {
    let mode: SessionMode
    let merchantTransactionID: String?
    let amountCents: Int64?
    let paymentMethodID: String?
  }

  case accepted(Accepted)
  /// 400 or 422, with everything that is wrong.
  case refused(status: Int, detail: String)
}
