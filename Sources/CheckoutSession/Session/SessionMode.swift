/// What a checkout session is for: the one member of `config.modes` (`contract/gateway.md`, "POST /sessions — request").
public enum SessionMode: String, Hashable, Sendable, CaseIterable {
  /// Pay, with the customer's stored methods at hand.
  case paymentWithWallet = "PAYMENT_WITH_WALLET"
  /// Enter a payment method; a payment may follow.
  case paymentMethodEntry = "PAYMENT_METHOD_ENTRY"
  /// Pay; the customer may be a guest.
  case payment = "PAYMENT"
  /// Choose one of the stored payment methods.
  case paymentMethodSelect = "PAYMENT_METHOD_SELECT"
  /// Look at a stored payment method. Nothing completes: running out is the normal end.
  case paymentMethodDisplay = "PAYMENT_METHOD_DISPLAY"
}
