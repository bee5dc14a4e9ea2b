import CheckoutSession

/// Decides what the gateway would say of a request body (`contract/gateway.md`, "POST /sessions — request").
enum RequestRules {
  private static let fields: [(section: String, name: String, rule: FieldRule)] = [
    ("customer", "hsid", .uuid),
    ("customer", "enterpriseId", .digits(count: nil)),
    ("customer", "email", .email),
    ("customer", "firstName", .text(0...100)),
    ("customer", "lastName", .text(0...100)),
    ("customer", "ssnLastFour", .digits(count: 4)),
    ("customer", "dateOfBirth", .birthDate),
    ("customer", "zip5", .digits(count: 5)),
    ("customer", "metadata", .metadata),
    ("payment", "merchantTransactionId", .text(1...50)),
    ("payment", "amount", .cents),
    ("payment", "statementDescriptorSuffix", .statementSuffix),
    ("payment", "metadata", .metadata),
    ("config", "privacyPolicyUrl", .httpsURL),
    ("agent", "firstName", .text(0...50)),
    ("agent", "lastName", .text(0...50)),
  ]
  private static let cardChannels: Set<String> = ["WEBFORM", "GOOGLE_PAY", "APPLE_PAY"]

  /// Checks a body completely. What is not JSON or breaks a field's rule is 400, a missing section 422.
  static func check(_ body: [UInt8]) -> RequestVerdict {
    let root: JSONValue
    do { root = try JSONDocument.parse(body[...], limits: JSONLimits(bytesMax: body.count)).root } catch {
      return .refused(status: 400, detail: "not JSON: \(error)")
    }
    guard root.kind == .object else { return .refused(status: 400, detail: "the body must be an object") }
    guard let mode = mode(of: root) else {
      return .refused(status: 400, detail: "config.modes must hold exactly one known mode")
    }
    let missing = missingSections(root, mode: mode)
    if !missing.isEmpty { return .refused(status: 422, detail: missing.joined(separator: "; ")) }
    let violations = violations(root, mode: mode)
    if !violations.isEmpty { return .refused(status: 400, detail: violations.joined(separator: "; ")) }
    let payment = object(root, "payment")
    return .accepted(
      .init(
        mode: mode, merchantTransactionID: payment?["merchantTransactionId"]?.string, amountCents: payment?["amount"]?.int,
        paymentMethodID: object(root, "paymentMethod")?["id"]?.string))
  }

  private static func mode(of root: JSONValue) -> SessionMode? {
    guard let modes = object(root, "config")?["modes"], modes.kind == .array, modes.count == 1 else { return nil }
    return modes.elements.first { _ in true }?.string.flatMap(SessionMode.init(rawValue:))
  }

  private static func missingSections(_ root: JSONValue, mode: SessionMode) -> [String] {
    var missing: [String] = []
    if mode != .payment, object(root, "customer") == nil { missing.append("customer is required") }
    if mode == .payment || mode == .paymentWithWallet, object(root, "payment") == nil { missing.append("payment is required") }
    let methodID = object(root, "paymentMethod")?["id"]?.string ?? ""
    if mode == .paymentMethodDisplay, methodID.isEmpty { missing.append("paymentMethod.id is required") }
    return missing
  }

  private static func violations(_ root: JSONValue, mode: SessionMode) -> [String] {
    var violations: [String] = []
    for name in ["customer", "payment", "paymentMethod", "agent"] {
      if let value = root[name], !value.isNull, value.kind != .object { violations.append("\(name): must be an object") }
    }
    let agent = object(root, "agent")
    if let agent, (agent["userId"]?.string ?? "").isEmpty { violations.append("agent.userId is required") }
    if let customer = object(root, "customer"), [.paymentMethodEntry, .paymentMethodSelect, .paymentMethodDisplay].contains(mode),
      !isIdentified(customer)
    {
      violations.append("customer should contain hsid, enterpriseId or metadata")
    }
    for name in ["merchantTransactionId", "amount"] {
      if let payment = object(root, "payment"), payment[name]?.isNull != false { violations.append("payment.\(name) is required") }
    }
    for field in fields {
      guard let value = object(root, field.section)?[field.name], !value.isNull else { continue }
      if let violation = field.rule.violation(of: value, hasAgent: agent != nil) {
        violations.append("\(field.section).\(field.name) \(violation)")
      }
    }
    let channels = object(root, "config").flatMap { object($0, "paymentMethodChannel") }
    for (name, shopper) in [("card", cardChannels), ("bankAccount", ["WEBFORM"])] {
      guard let value = channels?[name], !value.isNull else { continue }
      if let violation = FieldRule.channels(shopper: shopper).violation(of: value, hasAgent: agent != nil) {
        violations.append("config.paymentMethodChannel.\(name) \(violation)")
      }
    }
    return violations
  }

  private static func isIdentified(_ customer: JSONValue) -> Bool {
    for name in ["hsid", "enterpriseId"] where customer[name]?.string?.isEmpty == false { return true }
    return object(customer, "metadata").map { $0.count > 0 } ?? false
  }

  /// A member that is an object; nil if it is missing, null or something else.
  private static func object(_ value: JSONValue, _ name: String) -> JSONValue? {
    value[name].flatMap { $0.kind == .object ? $0 : nil }
  }
}
