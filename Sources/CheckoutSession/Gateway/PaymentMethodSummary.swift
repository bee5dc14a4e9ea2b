/// The members of the gateway's payment method that a status event publishes (`contract/messages.md`, "Status event value"): no name, no
/// postal code.
public struct PaymentMethodSummary: Hashable, Sendable {
  /// The payment method's id.
  public var id: String?
  /// Such as `CARD`.
  public var type: String?
  /// Such as `VISA`.
  public var cardBrand: String?
  /// The last four digits; nil if the gateway sends anything longer.
  public var last4: String?
  /// 1 to 12.
  public var expiryMonth: Int64?
  /// Four digits.
  public var expiryYear: Int64?

  /// Makes a summary; every part may be unknown.
  public init(
    id: String? = nil, type: String? = nil, cardBrand: String? = nil, last4: String? = nil, expiryMonth: Int64? = nil,
    expiryYear: Int64? = nil
  ) {
    self.id = id
    self.type = type
    self.cardBrand = cardBrand
    self.last4 = last4
    self.expiryMonth = expiryMonth
    self.expiryYear = expiryYear
  }

  /// Reads the listed members from a payment method and its `card` or `paymentMethodDetails`; nil unless there is at least one of them.
  init?(_ value: JSONValue?) {
    guard let value, value.kind == .object else { return nil }
    let card = [value["card"], value["paymentMethodDetails"]].compactMap { $0 }.first { $0.kind == .object } ?? value
    id = value["id"]?.boundedString
    type = (value["paymentMethodType"] ?? card["type"])?.boundedString
    cardBrand = card["cardBrand"]?.boundedString
    last4 = card["last4"]?.boundedString.flatMap { $0.utf8.count <= 4 && $0.utf8.allSatisfy(ASCIIText.isDigit) ? $0 : nil }
    expiryMonth = card["expiryMonth"]?.int
    expiryYear = card["expiryYear"]?.int
    if self == PaymentMethodSummary() { return nil }
  }
}
