/// The members of the gateway's `payment` that a status event publishes (`contract/messages.md`, "Status event value"); nothing else of it
/// is read.
public struct PaymentSummary: Hashable, Sendable {
  /// The payment's id.
  public var id: String?
  /// The payment's status, as the gateway writes it.
  public var status: String?
  /// Cents.
  public var amount: Int64?
  /// Such as `USD`.
  public var currencyCode: String?
  /// The payment method it was paid with.
  public var paymentMethodID: String?
  /// What went wrong, in a few words; nil if nothing did.
  public var error: String?

  /// Makes a summary; every part may be unknown.
  public init(
    id: String? = nil, status: String? = nil, amount: Int64? = nil, currencyCode: String? = nil, paymentMethodID: String? = nil,
    error: String? = nil
  ) {
    self.id = id
    self.status = status
    self.amount = amount
    self.currencyCode = currencyCode
    self.paymentMethodID = paymentMethodID
    self.error = error
  }

  /// Reads the listed members; nil unless `value` is an object with at least one of them.
  init?(_ value: JSONValue?) {
    guard let value, value.kind == .object else { return nil }
    id = value["id"]?.boundedString
    status = value["status"]?.boundedString
    amount = value["amount"]?.int
    currencyCode = value["currencyCode"]?.boundedString
    paymentMethodID = value["paymentMethodId"]?.boundedString
    error = value["error"].flatMap(Self.errorText)
    if self == PaymentSummary() { return nil }
  }

  /// The guide shows `error` only as null; an object is reduced to the first member that names the error.
  private static func errorText(_ value: JSONValue) -> String? {
    if let text = value.boundedString { return text }
    for name in ["code", "title", "message", "detail"] {
      if let text = value[name]?.boundedString { return text }
    }
    return value.isNull ? nil : "UNKNOWN"
  }
}

extension JSONValue {
  /// A string of the gateway without control characters and with at most 256 bytes; nil for other kinds and for the empty string.
  var boundedString: String? {
    guard let string, !string.isEmpty else { return nil }
    return BoundedText.clean(string, bytesMax: 256)
  }
}
